/** Markdown to HTML that can do nothing: no image, no style, no script, links that open elsewhere. */
import DOMPurify from "dompurify";
import { Marked } from "marked";

/** Longer text is cut: nobody reads it in a container, and it would freeze the page. */
export const MAX_TEXT = 100_000;

const TAGS = [
  "p",
  "br",
  "hr",
  "h1",
  "h2",
  "h3",
  "h4",
  "h5",
  "h6",
  "ul",
  "ol",
  "li",
  "strong",
  "em",
  "b",
  "i",
  "del",
  "s",
  "code",
  "pre",
  "blockquote",
  "a",
  "table",
  "thead",
  "tbody",
  "tr",
  "th",
  "td",
  "sub",
  "sup",
];
const SAFE_LINK = /^(?:https?:|mailto:)/i;

const marked = new Marked({ gfm: true, breaks: false, async: false });

let purifier: ReturnType<typeof DOMPurify> | undefined;

function purify() {
  if (purifier) return purifier;
  purifier = DOMPurify(window);
  purifier.addHook("afterSanitizeAttributes", (node) => {
    if (node.tagName !== "A") return;
    if (!SAFE_LINK.test(node.getAttribute("href") ?? "")) node.removeAttribute("href");
    node.setAttribute("rel", "noopener noreferrer nofollow");
    node.setAttribute("target", "_blank");
  });
  return purifier;
}

/** Words on one line that no rule of Markdown or HTML knows; most notes are. */
const PLAIN = /^\p{L}[\p{L}\p{N}, ]{0,200}$/u;

const isPlain = (source: string) => PLAIN.test(source) && !source.endsWith(" ");

export function markdownHtml(source: string): string {
  if (isPlain(source)) return `<p>${source}</p>\n`;
  const html = marked.parse(source.slice(0, MAX_TEXT)) as string;
  return purify().sanitize(html, {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ["href", "align", "start"],
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
  });
}
