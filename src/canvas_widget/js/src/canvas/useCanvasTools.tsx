/** What is open over the canvas: a menu, the inspector, the box to edit; and the functions that open them. */
import { useReactFlow } from "@xyflow/react";
import { type ReactNode, type RefObject, useMemo, useRef, useState } from "react";
import { menuOf } from "../actions/menu.ts";
import { useView } from "../components/context.ts";
import { Menu } from "../components/Menu.tsx";
import { nameOf } from "../outline/rows.ts";
import type { Row } from "../protocol/types.ts";
import { strings } from "../strings.ts";
import { Behind } from "./Behind.tsx";
import type { CanvasTools, InspectTab } from "./context.ts";
import { EditBox } from "./EditBox.tsx";
import { Inspector } from "./Inspector.tsx";
import { RedrawBox } from "./RedrawBox.tsx";

interface MenuState {
  ids: readonly string[];
  anchor: Element;
  at: { x: number; y: number } | undefined;
}

const WIDEST = 520;
const LEAST = 344;
const EDGE = 16;

export function useCanvasTools(
  area: RefObject<HTMLElement | null>,
  editable: boolean,
  viewWidth: number,
): { tools: CanvasTools; open: ReactNode; inspecting: boolean } {
  const { store, session } = useView();
  const [menu, setMenu] = useState<MenuState | null>(null);
  const flow = useReactFlow();
  const [inspected, setInspected] = useState<{
    id: string;
    tab: InspectTab;
    left: boolean;
    room: number;
  } | null>(null);
  const [edited, setEdited] = useState<string | null>(null);
  const [redrawn, setRedrawn] = useState<string | null>(null);
  const [behind, setBehind] = useState<{ id: string; values: Row; left: boolean; room: number } | null>(null);

  /** How far the view made way for a panel: it goes back with the panel, unless somebody moved it meanwhile. */
  const aside = useRef<{ from: number; to: number } | null>(null);
  const latest = useRef(viewWidth);
  latest.current = viewWidth;
  const element = useMemo(
    () => (id: string) =>
      area.current?.querySelector(`.react-flow__node[data-container-id="${CSS.escape(id)}"]`) ?? null,
    [area],
  );
  const tools = useMemo((): CanvasTools => {
    const besides = (id: string): { left: boolean; room: number } => {
      const node = store.node(id);
      const view = flow.getViewport();
      const middle = node ? (node.x + node.width / 2) * view.zoom + view.x : 0;
      const left = middle > latest.current / 2 + 8;
      if (!node) return { left, room: WIDEST };
      // A panel stands beside its container: as wide as there is room, and the view makes way.
      const wide = node.width * view.zoom;
      const room = Math.max(LEAST, Math.min(WIDEST, latest.current - wide - 3 * EDGE));
      const at = node.x * view.zoom + view.x;
      const most = latest.current - room - 2 * EDGE - wide;
      const wanted = left ? Math.max(at, room + 2 * EDGE) : Math.min(at, most);
      const fits = wide + room + 3 * EDGE <= latest.current;
      if (fits && wanted !== at) {
        const x = view.x + wanted - at;
        aside.current = { from: aside.current?.to === view.x ? aside.current.from : view.x, to: x };
        void flow.setViewport({ ...view, x });
      }
      return { left, room };
    };
    return {
      inspect: (id, tab) => {
        setBehind(null);
        setInspected({ id, tab, ...besides(id) });
      },
      behind: (id, values) => {
        setInspected(null);
        setBehind({ id, values, ...besides(id) });
      },
      edit: setEdited,
      redraw: setRedrawn,
      menu: (ids, anchor, at) => setMenu({ ids, anchor, at }),
    };
  }, [store, flow]);
  const closePanels = useMemo(() => {
    const closed = <T extends { id: string }>(before: T | null) => {
      const back = before && element(before.id);
      if (back instanceof HTMLElement) back.focus({ preventScroll: true });
      return null;
    };
    return () => {
      setInspected(closed);
      setBehind(closed);
      const view = flow.getViewport();
      if (aside.current?.to === view.x) void flow.setViewport({ ...view, x: aside.current.from });
      aside.current = null;
    };
  }, [element, flow]);

  const anchorOf = (id: string | null) => (id === null ? null : (element(id) ?? area.current));
  const anchor = anchorOf(edited);
  const redrawAnchor = anchorOf(redrawn);
  const width = Math.max(240, Math.min((inspected ?? behind)?.room ?? WIDEST, viewWidth - 2 * EDGE));
  const [first] = menu?.ids ?? [];
  const node = first === undefined ? null : store.node(first);
  const target = { store, session: editable ? session : null, tools, element, area: area.current };
  const open = (
    <>
      {inspected && (
        <Inspector
          id={inspected.id}
          tab={inspected.tab}
          left={inspected.left}
          width={width}
          onTab={(tab) => setInspected({ ...inspected, tab })}
          onClose={closePanels}
        />
      )}
      {behind && (
        <Behind
          id={behind.id}
          values={behind.values}
          left={behind.left}
          width={width}
          onClose={closePanels}
        />
      )}
      {redrawn !== null && redrawAnchor && (
        <RedrawBox key={redrawn} id={redrawn} anchor={redrawAnchor} onClose={() => setRedrawn(null)} />
      )}
      {menu && node && (
        <Menu
          label={menu.ids.length > 1 ? strings.tools.bars(menu.ids.length) : strings.tools.menu(nameOf(node))}
          anchor={menu.anchor}
          {...(menu.at && { at: menu.at })}
          groups={menuOf(target, menu.ids)}
          end
          onClose={() => setMenu(null)}
        />
      )}
      {edited !== null && anchor && store.node(edited) && (
        <EditBox key={edited} id={edited} anchor={anchor} onClose={() => setEdited(null)} />
      )}
    </>
  );
  return { tools, open, inspecting: inspected !== null || behind !== null };
}
