interface ChoiceProps<T extends string> {
  readonly legend: string;
  readonly name: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string; readonly className?: string | undefined }[];
  readonly choose: (value: T) => void;
}

/** A choice of few, all in sight: radio buttons drawn as one control, so that the keyboard is the browser's own. */
export function Choice<T extends string>({ legend, name, value, options, choose }: ChoiceProps<T>) {
  return (
    <fieldset className="choice">
      <legend className="label">{legend}</legend>
      <div className="choice-options">
        {options.map((option) => (
          <label key={option.value} className={option.className}>
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => choose(option.value)}
            />
            {option.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
