import { strings } from "../strings.ts";
import { textWidth } from "../theme/measure.ts";
import { geometry } from "../theme/theme.ts";
import { Icon } from "./Icon.tsx";
import { useFonts } from "./useFonts.ts";

/** A note with less room, px, is better left out; shorter ones need but their own width. */
const NOTE_LEAST = 64;

/** The title of a container, and beside it what there is to say of it. */
export function Heading({ title, note }: { title: string; note?: string | undefined }) {
  useFonts();
  if (!title && !note) return null;
  const least = note ? Math.floor(Math.min(NOTE_LEAST, textWidth(note, geometry.subtitle.size))) : 0;
  return (
    <header>
      {title && (
        <h2 className="el" title={title}>
          {title}
        </h2>
      )}
      {note && (
        <span className="sub el" style={{ flexBasis: least }}>
          {note}
        </span>
      )}
    </header>
  );
}

/** What went wrong; its first sentence stands out. */
export function Failure({ message }: { message: string }) {
  const [head = "", ...rest] = message.split(/(?<=\.)\s+/);
  return (
    <div className="fail nodrag" role="alert">
      <Icon name="warning" />
      <div>
        <b>{head.replace(/\.$/, "") || strings.container.failed}</b>
        {rest.join(" ")}
      </div>
    </div>
  );
}
