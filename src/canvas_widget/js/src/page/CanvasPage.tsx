import { type DragEvent, useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { Icon } from "../components/Icon.tsx";
import type { SessionInfo } from "./api.ts";
import { Bar } from "./Bar.tsx";
import { type CanvasPlace, type OpenCanvas, openCanvas } from "./canvas.ts";
import { usePage } from "./context.ts";
import { Dialog } from "./Dialog.tsx";
import { EndDialog, RenameDialog, ShareDialog } from "./dialogs.tsx";
import { LinkBanner, LinkPill } from "./LinkStatus.tsx";
import { Menu } from "./Menu.tsx";
import { SignIn } from "./SignIn.tsx";
import { UploadDialog } from "./Upload.tsx";
import { words } from "./words.ts";

const w = words.link;

/** One canvas: the bundle in it, and around it what a page needs. */
export function CanvasPage({ place }: { place: CanvasPlace }) {
  const { api, go, me } = usePage();
  const [open, setOpen] = useState<OpenCanvas | null>(null);
  const [failure, setFailure] = useState("");
  const key = JSON.stringify(place);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the key is the place
  useEffect(() => {
    let current = true;
    let opened: OpenCanvas | null = null;
    setOpen(null);
    setFailure("");
    openCanvas(api, place).then(
      (found) => {
        opened = found;
        if (current) setOpen(found);
        else found.close();
      },
      (error: unknown) => current && setFailure(String(error)),
    );
    return () => {
      current = false;
      opened?.close();
    };
  }, [api, key]);

  // Who is back goes on where the token ended.
  useEffect(() => {
    if (me && open?.transport.link.state === "signed-out") open.transport.retry();
  }, [me, open]);

  if (failure)
    return (
      <>
        <Bar />
        <Notice heading={w.brokenHeading} text={failure} onHome={() => go({ kind: "home" })} />
      </>
    );
  if (!open)
    return (
      <>
        <Bar />
        <main className="wait" aria-busy="true" aria-label={w.connecting} />
      </>
    );
  return <Opened place={place} open={open} />;
}

type Doing = "rename" | "share" | "end" | "upload" | "sign-in" | null;

function Opened({ place, open }: { place: CanvasPlace; open: OpenCanvas }) {
  const { api, go, mode, me } = usePage();
  const { store } = open.session;
  const element = useRef<HTMLDivElement>(null);
  const [doing, setDoing] = useState<Doing>(null);
  const [file, setFile] = useState<File | null>(null);
  const [over, setOver] = useState(false);
  const [info, setInfo] = useState<SessionInfo | null>(null);
  const watch = useCallback(
    (changed: () => void) => {
      const stops = ["link", "canvas", "connection"].map((name) => store.signals.subscribe(name, changed));
      return () => {
        for (const stop of stops) stop();
      };
    },
    [store],
  );
  const link = useSyncExternalStore(watch, () => store.value("link")) ?? open.transport.link;
  const name = useSyncExternalStore(watch, () => store.canvas.name);
  const connection = useSyncExternalStore(watch, () => store.value("connection"));
  const session = place.kind === "session" ? place.id : null;
  const may = session ? (info?.scope ?? "read") : "edit";
  const home = () => go({ kind: "home" });

  useEffect(() => {
    if (session && connection === "live") api.session(session).then(setInfo, () => undefined);
  }, [api, session, connection]);

  useEffect(() => {
    if (element.current) return open.bundle.mount(element.current, open.session, { theme: mode });
    return undefined;
  }, [open, mode]);

  useEffect(() => {
    document.title = words.title(name);
  }, [name]);

  // The canvas itself asks for data where it has none.
  useEffect(() => {
    const frame = element.current;
    const ask = () => setDoing("upload");
    frame?.addEventListener("canvas:upload", ask);
    return () => frame?.removeEventListener("canvas:upload", ask);
  }, []);

  useEffect(() => {
    if (link.state === "signed-out" && me === null) setDoing((now) => now ?? "sign-in");
    if (link.state !== "signed-out") setDoing((now) => (now === "sign-in" ? null : now));
  }, [link.state, me]);

  if (link.state === "ended" && !store.ready)
    return (
      <>
        <Bar />
        <Notice heading={w.missingHeading} text={w.missing} onHome={home} />
      </>
    );

  const close = () => {
    setDoing(null);
    setFile(null);
  };
  const uploads = session !== null && may !== "read" && connection === "live";
  const drag = {
    onDragOver: (event: DragEvent) => {
      if (!uploads || !event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: (event: DragEvent) => event.currentTarget === event.target && setOver(false),
    onDrop: (event: DragEvent) => {
      setOver(false);
      if (!uploads || !event.dataTransfer.files[0]) return;
      event.preventDefault();
      setFile(event.dataTransfer.files[0]);
      setDoing("upload");
    },
  };
  return (
    <>
      <Bar>
        <LinkPill link={link} ready={connection === "live"} />
        {session && may !== "own" && info && <span className="tag">{words.home.scope[may]}</span>}
        <span className="sp" />
        {session && may !== "read" && (
          <button
            type="button"
            className="button slim"
            aria-label={words.actions.upload}
            disabled={!uploads}
            onClick={() => setDoing("upload")}
          >
            <Icon name="up" />
            <span>{words.actions.upload}</span>
          </button>
        )}
        {session && may === "own" && (
          <>
            <button
              type="button"
              className="button slim"
              aria-label={words.actions.share}
              disabled={connection !== "live"}
              onClick={() => setDoing("share")}
            >
              <Icon name="layers" />
              <span>{words.actions.share}</span>
            </button>
            <Menu
              label={words.home.actions(name)}
              face={<Icon name="more" />}
              groups={[
                [{ label: words.actions.rename, run: () => setDoing("rename") }],
                [{ label: words.actions.end, danger: true, run: () => setDoing("end") }],
              ]}
            />
          </>
        )}
      </Bar>
      <LinkBanner
        link={link}
        away={connection === "away"}
        onRetry={() => open.transport.retry()}
        onHome={home}
        onSignIn={() => setDoing("sign-in")}
      />
      <main className="stage" {...drag}>
        <div ref={element} className="widget" />
        {over && (
          <div className="veil" aria-hidden="true">
            <Icon name="data" />
            {words.dialogs.upload.dropHere}
          </div>
        )}
      </main>
      {doing === "sign-in" && (
        <Dialog heading={words.signIn.again} onClose={close}>
          <SignIn again />
        </Dialog>
      )}
      {session && doing === "upload" && (
        <UploadDialog
          session={session}
          file={file}
          onClose={close}
          onDone={(dataset) => {
            close();
            store.toast(words.dialogs.upload.done(dataset.name, dataset.rows));
          }}
        />
      )}
      {session && doing === "share" && (
        <ShareDialog session={{ session_id: session, name }} onClose={close} />
      )}
      {session && doing === "rename" && (
        <RenameDialog session={{ session_id: session, name }} onClose={close} onDone={close} />
      )}
      {session && doing === "end" && (
        <EndDialog session={{ session_id: session, name }} erase={false} onClose={close} onDone={home} />
      )}
    </>
  );
}

function Notice({ heading, text, onHome }: { heading: string; text: string; onHome(): void }) {
  return (
    <main className="door">
      <div className="card centre">
        <h1>{heading}</h1>
        <p className="mut">{text}</p>
        <button type="button" className="button primary" onClick={onHome}>
          {words.bar.home}
        </button>
      </div>
    </main>
  );
}
