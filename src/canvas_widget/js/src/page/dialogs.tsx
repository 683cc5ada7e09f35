import { useState } from "react";
import { Icon } from "../components/Icon.tsx";
import type { SessionInfo } from "./api.ts";
import { usePage } from "./context.ts";
import { Dialog, DialogForm } from "./Dialog.tsx";
import { pathOf } from "./places.ts";
import { words } from "./words.ts";

const w = words.dialogs;

interface Props {
  onClose(): void;
  /** Called when it was done. */
  onDone(): void;
}

interface OfSession extends Props {
  session: Pick<SessionInfo, "session_id" | "name">;
}

export function CreateDialog({ onClose }: { onClose(): void }) {
  const { api, go } = usePage();
  const [name, setName] = useState("");
  return (
    <Dialog heading={w.create.heading} onClose={onClose}>
      <DialogForm
        go={w.create.go}
        onClose={onClose}
        run={async () => {
          const made = await api.create(name.trim());
          go({ kind: "session", id: made.session_id });
        }}
      >
        <NameField label={w.create.name} value={name} onChange={setName} placeholder={w.create.first} />
        <p className="mut s12">{w.create.hint}</p>
      </DialogForm>
    </Dialog>
  );
}

export function RenameDialog({ session, onClose, onDone }: OfSession) {
  const { api } = usePage();
  const [name, setName] = useState(session.name);
  return (
    <Dialog heading={w.rename.heading} onClose={onClose}>
      <DialogForm
        go={w.rename.go}
        ready={name.trim() !== ""}
        onClose={onClose}
        run={async () => {
          await api.rename(session.session_id, name.trim());
          onDone();
        }}
      >
        <NameField label={w.rename.name} value={name} onChange={setName} />
      </DialogForm>
    </Dialog>
  );
}

interface NameProps {
  label: string;
  value: string;
  onChange(value: string): void;
  placeholder?: string;
}

function NameField({ label, value, onChange, placeholder }: NameProps) {
  return (
    <label>
      {label}
      <input
        data-first
        value={value}
        maxLength={200}
        placeholder={placeholder}
        onFocus={(event) => event.target.select()}
        onChange={(event) => onChange(event.target.value)}
      />
    </label>
  );
}

export function EndDialog({ session, erase, onClose, onDone }: OfSession & { erase: boolean }) {
  const { api } = usePage();
  const kind = erase ? w.erase : w.end;
  return (
    <Dialog heading={kind.heading(session.name)} onClose={onClose}>
      <DialogForm
        go={kind.go}
        danger
        onClose={onClose}
        run={async () => {
          await api.end(session.session_id, erase);
          onDone();
        }}
      >
        <p>{kind.text}</p>
      </DialogForm>
    </Dialog>
  );
}

export function ShareDialog({ session, onClose }: Omit<OfSession, "onDone">) {
  const { api } = usePage();
  const [user, setUser] = useState("");
  const [scope, setScope] = useState<"read" | "edit" | "none">("read");
  const [said, setSaid] = useState("");
  const link = new URL(pathOf({ kind: "session", id: session.session_id }, api.config.root), location.href)
    .href;
  return (
    <Dialog heading={w.share.heading(session.name)} onClose={onClose}>
      <DialogForm
        go={scope === "none" ? w.share.stop : w.share.go}
        ready={user.trim() !== ""}
        onClose={onClose}
        run={async () => {
          const name = user.trim();
          setSaid("");
          await api.share(session.session_id, name, scope === "none" ? null : scope);
          setSaid(scope === "none" ? w.share.stopped(name) : w.share.shared(name, scope === "edit"));
          setUser("");
        }}
        extra={
          <button
            type="button"
            className="button"
            onClick={() => {
              void navigator.clipboard?.writeText(link).then(() => setSaid(w.share.copied));
            }}
          >
            <Icon name="copy" />
            {w.share.link}
          </button>
        }
      >
        <label>
          {w.share.user}
          <input
            data-first
            value={user}
            maxLength={200}
            autoCapitalize="none"
            spellCheck={false}
            onChange={(event) => setUser(event.target.value)}
          />
        </label>
        <fieldset>
          <legend>{w.share.may}</legend>
          {(["read", "edit", "none"] as const).map((choice) => (
            <label key={choice} className="choice">
              <input type="radio" name="scope" checked={scope === choice} onChange={() => setScope(choice)} />
              {w.share[choice]}
            </label>
          ))}
        </fieldset>
        <p role="status" className={said ? "said" : undefined}>
          {said && <Icon name="check" />}
          {said}
        </p>
      </DialogForm>
    </Dialog>
  );
}
