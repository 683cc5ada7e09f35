import { useCallback, useEffect, useState } from "react";
import { Icon } from "../components/Icon.tsx";
import type { KernelCanvas, SessionInfo } from "./api.ts";
import { Bar } from "./Bar.tsx";
import { usePage } from "./context.ts";
import { CreateDialog, EndDialog, RenameDialog, ShareDialog } from "./dialogs.tsx";
import { EndedRow, KernelRow, SessionRow } from "./rows.tsx";
import { words } from "./words.ts";

const w = words.home;
const EVERY = 10_000;
/** From how many canvases on there is a search box. */
const MANY = 8;

interface Listing {
  sessions: SessionInfo[];
  kernels: KernelCanvas[];
}

export type Doing = { what: "rename" | "share" | "end" | "erase"; session: SessionInfo } | { what: "create" };

/** All canvases that the user may see, and what can be done with them. */
export function Home() {
  const { api, me } = usePage();
  const [listing, setListing] = useState<Listing | null>(null);
  const [failure, setFailure] = useState("");
  const [doing, setDoing] = useState<Doing | null>(null);
  const [find, setFind] = useState("");
  const [showEnded, setShowEnded] = useState(false);
  const jupyter = me?.jupyter ?? false;

  const load = useCallback(async () => {
    try {
      const [sessions, kernels] = await Promise.all([api.sessions(), api.kernelCanvases(jupyter)]);
      setListing({ sessions, kernels });
      setFailure("");
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    }
  }, [api, jupyter]);

  useEffect(() => {
    document.title = words.product;
    void load();
    const timer = setInterval(() => document.visibilityState === "visible" && void load(), EVERY);
    return () => clearInterval(timer);
  }, [load]);

  const done = () => {
    setDoing(null);
    void load();
  };
  const fits = ({ name }: { name: string }) => name.toLowerCase().includes(find.trim().toLowerCase());
  const sessions = listing?.sessions.filter(fits) ?? [];
  const running = sessions.filter(({ end_time }) => !end_time);
  const ended = sessions.filter(({ end_time }) => end_time);
  const kernels = listing?.kernels.filter(fits) ?? [];
  const all = (listing?.sessions.length ?? 0) + (listing?.kernels.length ?? 0);

  return (
    <>
      <Bar />
      <main className="home">
        <div className="top">
          <h1>{w.heading}</h1>
          {all >= MANY && (
            <label className="find">
              <Icon name="search" />
              <input
                type="search"
                aria-label={w.find}
                placeholder={w.find}
                value={find}
                onChange={(event) => setFind(event.target.value)}
              />
            </label>
          )}
          <button type="button" className="button primary" onClick={() => setDoing({ what: "create" })}>
            <Icon name="plus" />
            {w.create}
          </button>
        </div>
        {failure && (
          <div className="problem" role="alert">
            <Icon name="warning" />
            <span>
              {w.failed} {failure}
            </span>
            <button type="button" className="lk" onClick={() => void load()}>
              {w.retry}
            </button>
          </div>
        )}
        {!listing && !failure && <Loading />}
        {listing && (
          <>
            <section aria-labelledby="sessions">
              <h2 id="sessions">{w.sessions}</h2>
              {running.length > 0 ? (
                <ul className="rows">
                  {running.map((session) => (
                    <SessionRow key={session.session_id} session={session} onDo={setDoing} />
                  ))}
                </ul>
              ) : find && all > 0 ? (
                <p className="mut none">{w.nothingFits}</p>
              ) : (
                <div className="blank">
                  <Icon name="grid" />
                  <h3>{w.emptyHeading}</h3>
                  <p className="mut">{w.empty}</p>
                </div>
              )}
            </section>
            <section aria-labelledby="kernels">
              <h2 id="kernels">{w.kernels}</h2>
              {kernels.length > 0 ? (
                <ul className="rows">
                  {kernels.map((canvas) => (
                    <KernelRow key={`${canvas.kernel_id}/${canvas.name}`} canvas={canvas} />
                  ))}
                </ul>
              ) : (
                <p className="mut none">{w.noKernels}</p>
              )}
            </section>
            {ended.length > 0 && (
              <section aria-labelledby="ended">
                <h2 id="ended">
                  <button
                    type="button"
                    className="fold"
                    aria-expanded={showEnded}
                    onClick={() => setShowEnded(!showEnded)}
                  >
                    <Icon name={showEnded ? "down" : "right"} />
                    {showEnded ? w.ended : w.showEnded(ended.length)}
                  </button>
                </h2>
                {showEnded && (
                  <ul className="rows">
                    {ended.map((session) => (
                      <EndedRow key={session.session_id} session={session} onDo={setDoing} />
                    ))}
                  </ul>
                )}
              </section>
            )}
          </>
        )}
      </main>
      {doing?.what === "create" && <CreateDialog onClose={() => setDoing(null)} />}
      {doing?.what === "rename" && (
        <RenameDialog session={doing.session} onClose={() => setDoing(null)} onDone={done} />
      )}
      {doing?.what === "share" && <ShareDialog session={doing.session} onClose={() => setDoing(null)} />}
      {(doing?.what === "end" || doing?.what === "erase") && (
        <EndDialog
          session={doing.session}
          erase={doing.what === "erase"}
          onClose={() => setDoing(null)}
          onDone={done}
        />
      )}
    </>
  );
}

function Loading() {
  return (
    <div className="loading" role="status">
      <span className="vh">{w.loading}</span>
      {[0, 1, 2].map((row) => (
        <i key={row} />
      ))}
    </div>
  );
}
