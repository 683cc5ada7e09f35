import { strings } from "../strings.ts";
import { useValue } from "./context.ts";
import { Icon } from "./Icon.tsx";

/** Says so when the kernel does not answer, and what to do. */
export function Banner() {
  const connection = useValue("connection");
  const link = useValue("link");
  if (connection !== "gone" || link) return null;
  return (
    <div className="banner" role="status">
      <Icon name="warning" />
      <span>
        <b>{strings.gone.text}</b> {strings.gone.hint}
      </span>
    </div>
  );
}
