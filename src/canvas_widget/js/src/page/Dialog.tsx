import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { Icon } from "../components/Icon.tsx";
import { words } from "./words.ts";

interface Props {
  heading: string;
  onClose(): void;
  children: ReactNode;
}

/** A modal dialog; Escape and its cross close it, and the focus goes back to where it was. */
export function Dialog({ heading, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement as HTMLElement | null;
    element?.showModal();
    element?.querySelector<HTMLElement>("[data-first]")?.focus();
    return () => {
      element?.close();
      before?.focus?.();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <header>
        <h2 id={id}>{heading}</h2>
        <button type="button" className="bt" aria-label={words.dialogs.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      {children}
    </dialog>
  );
}

interface FormProps {
  go: string;
  danger?: boolean;
  /** What is done; where it fails, its message is shown and the dialog stays. */
  run(): Promise<void>;
  onClose(): void;
  ready?: boolean;
  children?: ReactNode;
  extra?: ReactNode;
}

/** The form of a dialog: its fields, what went wrong, and two buttons. */
export function DialogForm({ go, danger = false, run, onClose, ready = true, children, extra }: FormProps) {
  const { busy, error, submit } = useSubmit(run);
  return (
    <form onSubmit={submit}>
      {children}
      <Problem text={error} />
      <footer>
        {extra}
        <span className="sp" />
        <button type="button" className="button" onClick={onClose} data-first={danger || undefined}>
          {words.dialogs.cancel}
        </button>
        <button
          type="submit"
          className={danger ? "button danger" : "button primary"}
          disabled={busy || !ready}
        >
          {go}
        </button>
      </footer>
    </form>
  );
}

/** What went wrong, said once. */
export function Problem({ text }: { text: string }) {
  return (
    <div role="alert" className={text ? "problem" : undefined}>
      {text && (
        <>
          <Icon name="warning" />
          <span>{text}</span>
        </>
      )}
    </div>
  );
}

/** A form's submission: once at a time, its failure as text. */
export function useSubmit(run: () => Promise<void>): {
  busy: boolean;
  error: string;
  submit(event: FormEvent): void;
} {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError("");
    run()
      .catch((failure: unknown) => setError(failure instanceof Error ? failure.message : String(failure)))
      .finally(() => setBusy(false));
  };
  return { busy, error, submit };
}
