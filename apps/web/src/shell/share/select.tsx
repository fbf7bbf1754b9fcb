import { ChevronDown } from "lucide-react";
import { Icon } from "../icon.tsx";

interface SelectProps<T extends string> {
  /** Its name, for those who do not see what it stands beside. */
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly choose: (value: T) => void;
  /** Without a frame, where it ends a row. */
  readonly isQuiet?: boolean;
}

/** The browser's own list in our clothes: the keyboard, a phone's wheel and screen readers know it. */
export function Select<T extends string>({ label, value, options, choose, isQuiet = false }: SelectProps<T>) {
  return (
    <span className={isQuiet ? "select quiet" : "select"}>
      <select
        aria-label={label}
        value={value}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.target.value);
          if (chosen !== undefined) choose(chosen.value);
        }}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <Icon of={ChevronDown} size={14} />
    </span>
  );
}
