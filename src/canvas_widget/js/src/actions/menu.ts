/** What a container offers, for its menu and its bar. */
import type { CanvasTools } from "../canvas/context.ts";
import type { MenuGroup, MenuItem } from "../components/Menu.tsx";
import { makesCells } from "../lab/newCell.ts";
import { nameOf } from "../outline/rows.ts";
import type { Container } from "../protocol/types.ts";
import type { Session } from "../store/session.ts";
import type { CanvasStore } from "../store/store.ts";
import { strings } from "../strings.ts";
import { codeToCell, copyCode, copying, sqlOf } from "./cells.ts";
import { duplicate, remove, toFront, toggleHidden, toggleLocked } from "./containers.ts";
import { offers } from "./data.ts";
import { exportContainer, exportRows } from "./export.ts";

export interface MenuTarget {
  store: CanvasStore;
  /** Null while nothing can be changed. */
  session: Session | null;
  tools: CanvasTools;
  /** The element of the view. */
  area: Element | null;
  /** The element of a container, where it is drawn. */
  element(id: string): Element | null;
}

const words = strings.tools;

export function removeThem(store: CanvasStore, session: Session, ids: readonly string[]): void {
  const changes = remove(store, ids);
  if (changes.length === 0) {
    store.toast(words.lockedStays);
    return;
  }
  const [first] = ids;
  const node = first === undefined ? null : store.node(first);
  session.edit(changes);
  store.toast(words.removed(changes.length, node ? nameOf(node) : ""), false, {
    action: { label: words.undo, run: () => session.reverse("undo") },
  });
}

export function duplicateThem(store: CanvasStore, session: Session, ids: readonly string[]): void {
  const made = duplicate(store, ids);
  session.edit(made.changes);
  store.select(made.ids);
}

/** The groups of the menu for one container, or for several. */
export function menuOf(target: MenuTarget, ids: readonly string[]): MenuGroup[] {
  const [id] = ids;
  const node = id === undefined ? null : target.store.node(id);
  if (!node) return [];
  return ids.length > 1
    ? [{ items: common(target, ids) }]
    : [...own(target, node), { items: common(target, ids) }];
}

function own({ store, session, tools, area, element }: MenuTarget, node: Container): MenuGroup[] {
  const { id, content } = node;
  const sql = sqlOf(node);
  const looks: MenuItem[] = sql
    ? [
        { label: words.showSql, icon: "data", keys: "S", onPress: () => tools.inspect(id, "sql") },
        { label: words.showData, icon: "table", keys: "D", onPress: () => tools.inspect(id, "data") },
      ]
    : [];
  const rename: MenuItem = {
    label: content.kind === "text" ? words.editNote : words.rename,
    icon: "edit",
    keys: "F2",
    onPress: () => tools.edit(id),
  };
  const chart = content.kind === "chart";
  const legend = element(id)?.querySelector<HTMLElement>(".series button");
  const changes: MenuItem[] = [
    ...(legend
      ? [
          {
            label: strings.data.series.menu,
            icon: "legend" as const,
            keys: "L",
            onPress: () => legend.focus({ preventScroll: true }),
          },
        ]
      : []),
    ...(session && chart && offers(session, "redraw")
      ? [{ label: strings.data.change, icon: "chart" as const, onPress: () => tools.redraw(id) }]
      : []),
    ...(session && chart && offers(session, "drill")
      ? [{ label: strings.data.behindAll, icon: "layers" as const, onPress: () => tools.behind(id, {}) }]
      : []),
  ];
  const refresh: MenuItem = { label: words.refresh, icon: "refresh", onPress: () => session?.refresh([id]) };
  const copies: MenuItem[] = [
    ...(sql ? [{ label: words.copySql, icon: "copy" as const, onPress: () => copying(store, sql) }] : []),
    ...(content.kind === "text"
      ? [{ label: words.copyText, icon: "copy" as const, onPress: () => copying(store, content.markdown) }]
      : []),
    ...(area && makesCells(area)
      ? [
          {
            label: words.newCell,
            icon: "cell" as const,
            onPress: () => void codeToCell(store, session, node, area),
          },
        ]
      : []),
    { label: words.copyCode, icon: "copy", onPress: () => void copyCode(store, session, node) },
  ];
  const save = (format: "png" | "svg") => () =>
    void exportContainer(element(id), nameOf(node), format).catch((error: Error) =>
      store.toast(error.message, true),
    );
  const exports: MenuItem[] = [
    ...(chart
      ? ([
          { label: words.png, icon: "download", onPress: save("png") },
          { label: words.svg, icon: "download", onPress: save("svg") },
        ] as const)
      : []),
    ...(sql && session
      ? [
          {
            label: words.csv,
            icon: "download" as const,
            onPress: () =>
              void exportRows(session, node, nameOf(node)).catch((error: Error) =>
                store.toast(error.message, true),
              ),
          },
        ]
      : []),
  ];
  return [
    { items: [...looks, ...(session ? [rename, ...(sql ? [refresh] : [])] : [])] },
    { items: changes },
    { items: copies },
    { items: exports },
  ];
}

function common({ store, session }: MenuTarget, ids: readonly string[]): MenuItem[] {
  if (!session) return [];
  const nodes = ids.map((id) => store.node(id)).filter((node) => node !== null);
  const locked = nodes.every((node) => node.locked);
  const hidden = nodes.every((node) => node.hidden);
  return [
    {
      label: words.duplicate,
      icon: "copy",
      keys: "Ctrl D",
      onPress: () => duplicateThem(store, session, ids),
    },
    { label: words.front, icon: "layers", onPress: () => session.edit(toFront(store, ids)) },
    {
      label: locked ? words.unlock : words.lock,
      icon: locked ? "unlock" : "lock",
      keys: "Ctrl L",
      onPress: () => session.edit(toggleLocked(store, ids)),
    },
    {
      label: hidden ? words.show : words.hide,
      icon: hidden ? "eye" : "hidden",
      onPress: () => session.edit(toggleHidden(store, ids)),
    },
    {
      label: ids.length > 1 ? words.removeMany(ids.length) : words.remove,
      icon: "trash",
      keys: "Del",
      danger: true,
      onPress: () => removeThem(store, session, ids),
    },
  ];
}
