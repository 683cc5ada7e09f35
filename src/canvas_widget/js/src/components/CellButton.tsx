import { useLayoutEffect, useRef, useState } from "react";
import { codeToCell } from "../actions/cells.ts";
import { makesCells } from "../lab/newCell.ts";
import { strings } from "../strings.ts";
import { useContainer, useView } from "./context.ts";
import { Icon } from "./Icon.tsx";

/** Puts a container's code into a new cell; not there where the page makes no cells. */
export function CellButton({ id }: { id: string }) {
  const { store, session } = useView();
  const node = useContainer(id);
  const place = useRef<HTMLSpanElement>(null);
  const [possible, setPossible] = useState(false);
  useLayoutEffect(() => setPossible(makesCells(place.current)), []);
  return (
    <span ref={place} className="ib" hidden={!possible || !node}>
      {possible && node && (
        <button
          type="button"
          className="bt"
          onClick={() => place.current && void codeToCell(store, session, node, place.current)}
        >
          <Icon name="cell" />
          {strings.tools.insertCell}
        </button>
      )}
    </span>
  );
}
