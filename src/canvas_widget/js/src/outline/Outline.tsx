import { useEffect, useId, useMemo, useRef, useState } from "react";
import { useChanges, useView } from "../components/context.ts";
import { Icon } from "../components/Icon.tsx";
import { strings } from "../strings.ts";
import { Details } from "./Details.tsx";
import { foundIds, KINDS, type Kind } from "./rows.ts";
import { Tree } from "./Tree.tsx";

/** From so many containers on, they can be filtered by type. */
const MANY = 12;

/** The tree of what is on the canvas: found, walked, renamed, hidden, locked, reordered, removed. */
export function Outline() {
  const { store } = useView();
  useChanges(["order", "document", "canvas"]);
  const [search, setSearch] = useState("");
  const [kind, setKind] = useState<Kind | null>(null);
  const box = useRef<HTMLInputElement>(null);
  const tree = useId();
  const version = store.signals.version(["order", "document"]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version stands for all that the store holds
  const ids = useMemo(() => foundIds(store, search, kind), [store, search, kind, version]);
  const all = store.order.length;

  useEffect(() => {
    if (all <= MANY) setKind(null);
  }, [all]);

  return (
    <>
      <div className="find">
        <Icon name="search" />
        <input
          ref={box}
          data-find
          value={search}
          placeholder={strings.outline.find(all)}
          aria-label={strings.outline.find(all)}
          aria-controls={tree}
          onChange={(event) => setSearch(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape" && search) setSearch("");
            else if (event.key === "ArrowDown" || event.key === "Enter")
              event.currentTarget
                .closest(".pn")
                ?.querySelector<HTMLElement>("[role=treeitem][tabindex='0']")
                ?.focus();
            else return;
            event.preventDefault();
            event.stopPropagation();
          }}
        />
        {search && (
          <button
            type="button"
            className="bt"
            aria-label={strings.outline.clear}
            onClick={() => setSearch("")}
          >
            <Icon name="close" />
          </button>
        )}
      </div>
      {all > MANY && <Filters kind={kind} onChoose={setKind} />}
      <Tree id={tree} ids={ids} whole={search === "" && kind === null} />
      {ids.length === 0 && <p className="none">{all === 0 ? strings.outline.empty : strings.outline.none}</p>}
      <Details />
    </>
  );
}

function Filters({ kind, onChoose }: { kind: Kind | null; onChoose: (kind: Kind | null) => void }) {
  const { store } = useView();
  const counts = new Map<Kind, number>();
  for (const id of store.order) {
    const found = store.node(id)?.content.kind;
    if (found) counts.set(found, (counts.get(found) ?? 0) + 1);
  }
  const choices: [Kind | null, string][] = [
    [null, strings.outline.all(store.order.length)],
    ...KINDS.filter((one) => counts.has(one)).map((one): [Kind, string] => [
      one,
      strings.outline.kinds(one, counts.get(one) ?? 0),
    ]),
  ];
  return (
    <div className="filters" role="group" aria-label={strings.outline.filters}>
      {choices.map(([one, label]) => (
        <button
          key={label}
          type="button"
          className={one === kind ? "chip on" : "chip"}
          aria-pressed={one === kind}
          onClick={() => onChoose(one)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
