import { expect, test } from "vitest";
import { createAlarm } from "./alarm.ts";
import { VirtualClock } from "./testing/virtual-clock.ts";

function started() {
  const clock = new VirtualClock();
  const rang: number[] = [];
  const alarm = createAlarm(clock, () => rang.push(clock.now()));
  return { clock, rang, alarm };
}

test("moved to later it rings then, once, and starts no timer for each move", () => {
  const { clock, rang, alarm } = started();
  const { setTimer } = VirtualClock.prototype;
  let timers = 0;
  clock.setTimer = (callback, millis) => (timers++, setTimer.call(clock, callback, millis));
  for (let at = 100; at < 200; at++) {
    alarm.set(at);
    clock.advance(0);
  }
  clock.advance(150);
  expect(rang).toEqual([]);
  clock.advance(1_000);
  expect(rang).toEqual([199]);
  expect(timers).toBe(2);
  expect(clock.timers).toBe(0);
});

test("moved to earlier it rings then, and silenced not at all, until it is set again", () => {
  const { clock, rang, alarm } = started();
  alarm.set(100);
  alarm.set(50);
  clock.advance(60);
  expect(rang).toEqual([50]);
  alarm.set(100);
  alarm.set(undefined);
  expect(clock.timers).toBe(0);
  clock.advance(100);
  alarm.set(10);
  clock.advance(0);
  expect(rang).toEqual([50, 160]);
});

test("a time that was moved to later and back again rings in between", () => {
  const { clock, rang, alarm } = started();
  for (const at of [100, 200, 150]) alarm.set(at);
  clock.advance(1_000);
  expect(rang).toEqual([150]);
});
