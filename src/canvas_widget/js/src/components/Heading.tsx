import { type ReactNode, useState } from "react";
import type { ErrorInfo } from "../protocol/types.ts";
import { editableIn } from "../store/store.ts";
import { strings } from "../strings.ts";
import { textWidth } from "../theme/measure.ts";
import { geometry } from "../theme/theme.ts";
import { useValue, useView } from "./context.ts";
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

/** What went wrong in place of what would be shown; its first sentence stands out. */
export function Failure({ message, children }: { message: string; children?: ReactNode }) {
  const [head, rest] = parted(message);
  return (
    <div className="fail nodrag" role="alert">
      <Icon name="warning" />
      <div>
        <b>{head}</b>
        {rest} {children}
      </div>
    </div>
  );
}

/** What went wrong below what was shown before. */
export function FailureLine({ id, error }: { id: string; error: ErrorInfo }) {
  return (
    <div className="stale-line bad nodrag" role="alert" title={error.message}>
      <i />
      <span className="el">{error.message}</span>
      <Retry id={id} error={error} />
    </div>
  );
}

/** Runs the query again; says so until it went right, or failed anew. */
export function Retry({ id, error }: { id: string; error: ErrorInfo }) {
  const { session } = useView();
  const connection = useValue("connection");
  const [tried, setTried] = useState<ErrorInfo | null>(null);
  if (!session || !editableIn(connection)) return null;
  if (tried === error) return <span role="status">{strings.container.trying}</span>;
  const retry = () => {
    setTried(error);
    session.refresh([id]);
  };
  return (
    <button type="button" className="lk" onClick={retry}>
      {strings.container.retry}
    </button>
  );
}

function parted(message: string): [string, string] {
  const [head = "", ...rest] = message.split(/(?<=\.)\s+/);
  return [head.replace(/\.$/, "") || strings.container.failed, rest.join(" ")];
}
