import { useEffect, useId, useState } from "react";
import { Icon } from "../components/Icon.tsx";
import type { Dataset } from "./api.ts";
import { usePage } from "./context.ts";
import { Dialog, DialogForm } from "./Dialog.tsx";
import { bytes } from "./time.ts";
import { words } from "./words.ts";

const w = words.dialogs.upload;
export const ACCEPT = ".csv,.tsv,.parquet,.pq,.arrow,.feather,.ipc";

interface Props {
  session: string;
  /** A file that was dropped on the page. */
  file: File | null;
  onClose(): void;
  onDone(dataset: Dataset): void;
}

/** Chooses a file and gives it a name; tells what the session holds already. */
export function UploadDialog({ session, file: dropped, onClose, onDone }: Props) {
  const { api } = usePage();
  const [file, setFile] = useState(dropped);
  const [name, setName] = useState(dropped ? nameFor(dropped) : "");
  const [held, setHeld] = useState<Dataset[]>([]);
  const [over, setOver] = useState(false);
  const [sending, setSending] = useState(false);
  const input = useId();

  useEffect(() => {
    api.datasets(session).then(setHeld, () => undefined);
  }, [api, session]);

  const take = (chosen: File | null | undefined) => {
    if (!chosen) return;
    setFile(chosen);
    setName(nameFor(chosen));
  };

  return (
    <Dialog heading={w.heading} onClose={onClose}>
      <DialogForm
        go={w.go}
        ready={file !== null && name.trim() !== ""}
        onClose={onClose}
        run={async () => {
          if (!file) return;
          setSending(true);
          try {
            onDone(await api.upload(session, name.trim(), file));
          } finally {
            setSending(false);
          }
        }}
      >
        <label
          htmlFor={input}
          className={over ? "drop over" : "drop"}
          onDragOver={(event) => {
            event.preventDefault();
            event.stopPropagation();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={(event) => {
            event.preventDefault();
            event.stopPropagation();
            setOver(false);
            take(event.dataTransfer.files[0]);
          }}
        >
          <input
            id={input}
            data-first
            type="file"
            accept={ACCEPT}
            className="vh"
            onChange={(event) => take(event.target.files?.[0])}
          />
          <Icon name={file ? "table" : "data"} />
          <b>{file ? file.name : w.drop}</b>
          <span className="mut s12">{file ? bytes(file.size) : w.formats}</span>
        </label>
        {file && (
          <label>
            {w.name}
            <input
              value={name}
              maxLength={200}
              spellCheck={false}
              className="mono"
              onChange={(event) => setName(event.target.value)}
            />
          </label>
        )}
        <p role="status" className={sending && file ? "said" : undefined}>
          {sending && file && (
            <>
              <Icon name="ring" spin />
              {w.busy(file.name, bytes(file.size))}
            </>
          )}
        </p>
        {held.length > 0 && (
          <section className="held">
            <h3>{w.held}</h3>
            <ul>
              {held.map((dataset) => (
                <li key={dataset.name}>
                  <span className="mono el">{dataset.name}</span>
                  <span className="mut s12">{w.rows(dataset.rows, dataset.columns.length)}</span>
                </li>
              ))}
            </ul>
          </section>
        )}
      </DialogForm>
    </Dialog>
  );
}

/** A name that needs no quotes in a query. */
export function nameFor(file: File): string {
  const plain = file.name
    .replace(/\.[^.]*$/, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "_")
    .replace(/^_+|_+$/g, "");
  return /^\p{L}/u.test(plain) ? plain : `data_${plain}`.replace(/_$/, "");
}
