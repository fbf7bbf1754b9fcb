import type { Workload } from "./workload.ts";
import { fanOut } from "./workloads/fan-out.ts";
import { growth } from "./workloads/growth.ts";
import { idle } from "./workloads/idle.ts";
import { joiners } from "./workloads/joiners.ts";
import { open, openCold } from "./workloads/open.ts";
import { overload } from "./workloads/overload.ts";
import { pausedReader } from "./workloads/paused-reader.ts";
import { presence } from "./workloads/presence.ts";
import { reconnect } from "./workloads/reconnect.ts";
import { rooms } from "./workloads/rooms.ts";
import { saturation } from "./workloads/saturation.ts";

/** All there are, in the order they run. */
export const WORKLOADS: readonly Workload[] = [
  fanOut,
  saturation,
  rooms,
  growth,
  idle,
  reconnect,
  open,
  openCold,
  presence,
  pausedReader,
  joiners,
  overload,
];
