// What is pasted from web pages, documents and spreadsheets becomes Markdown; what it brings of scripts, styles and frames
// goes. A web address that is pasted on words makes them a link. Pasting "as plain text" stays what it is.
"use strict";

(() => {
  if (!window.postEditor || !window.TurndownService) return;
  const { body, insert, replaceSelection } = window.postEditor;

  // More than this would take seconds: its words come without their formatting.
  const MOST = 3_000_000;
  const GONE = "script, style, noscript, template, iframe, object, embed, svg, canvas, video, audio, form, button, input, select, textarea, link, meta, title, head > *, [hidden], [aria-hidden=true]";
  const FORMATTED = "a[href], b, strong, i, em, h1, h2, h3, h4, h5, h6, li, table, blockquote, pre, code, img, hr, del";

  const service = new TurndownService({
    headingStyle: "atx",
    hr: "---",
    bulletListMarker: "-",
    codeBlockStyle: "fenced",
    emDelimiter: "*",
  });
  service.addRule("item", {
    // As the toolbar writes them: one space after the mark.
    filter: "li",
    replacement(content, node, options) {
      const list = node.parentNode;
      const start = Number(list.getAttribute("start") || 1);
      const mark =
        list.nodeName === "OL" ? `${start + [...list.children].indexOf(node)}. ` : `${options.bulletListMarker} `;
      const text = content.trim().replace(/\n{2,}(?=\s*(?:[-*+]|\d+\.) )/g, "\n").replace(/\n/g, "\n    ");
      return mark + text + (node.nextElementSibling ? "\n" : "");
    },
  });
  service.addRule("cell", {
    filter: ["td", "th"],
    replacement: (content, node) =>
      `| ${content.trim().replace(/\s*\n\s*/g, " ").replace(/(?<!\\)\|/g, "\\|")} ${"|  ".repeat(Math.min(50, node.colSpan) - 1)}`,
  });
  service.addRule("row", {
    filter: "tr",
    replacement(content, node) {
      const isFirst = node === node.closest("table").querySelector("tr");
      const columns = [...node.cells].reduce((sum, cell) => sum + Math.min(50, cell.colSpan), 0);
      return `${content}|\n${isFirst ? `${"| --- ".repeat(columns)}|\n` : ""}`;
    },
  });
  service.addRule("rows", { filter: ["thead", "tbody", "tfoot"], replacement: (content) => content });
  service.addRule("table", { filter: "table", replacement: (content) => `\n\n${content.trim()}\n\n` });
  service.addRule("caption", { filter: ["caption", "colgroup", "col"], replacement: () => "" });

  function rename(element, name) {
    const other = element.ownerDocument.createElement(name);
    other.append(...element.childNodes);
    element.replaceWith(other);
    return other;
  }

  // Google Docs says bold and italic by styles alone, and wraps all of it in a <b> that is none.
  function readStyles(page) {
    for (const element of page.querySelectorAll("b, strong, i, em")) {
      if (/font-(weight: ?(normal|400)|style: ?normal)/.test(element.getAttribute("data-style") || "")) rename(element, "span");
    }
    for (const span of page.querySelectorAll("span[data-style]")) {
      if (span.closest("h1, h2, h3, h4, h5, h6, pre, code") || !span.textContent.trim()) continue;
      const style = span.getAttribute("data-style");
      const names = [/font-weight: ?(bold|[6-9]00)/.test(style) && "strong", /font-style: ?italic/.test(style) && "em"];
      for (const name of names.filter(Boolean)) {
        const inner = page.createElement(name);
        inner.append(...span.childNodes);
        span.append(inner);
      }
    }
  }

  // Word's lists are paragraphs, each with its mark as text.
  function readWordLists(page) {
    let lists = [];
    for (const item of page.querySelectorAll("p")) {
      const level = Number(/mso-list:[^;"]*level(\d)/.exec(item.getAttribute("data-style") || "")?.[1]);
      if (!level) {
        lists = [];
        continue;
      }
      const mark = item.querySelector("[data-style*='mso-list:Ignore'], [data-style*='mso-list: Ignore']");
      const name = /^\s*\(?[\da-z]+[.)]/i.test(mark?.textContent || "") ? "ol" : "ul";
      mark?.remove();
      lists.length = Math.min(lists.length, level);
      while (lists.length < level) {
        const list = page.createElement(name);
        const above = lists.at(-1);
        if (!above) item.before(list);
        else (above.lastElementChild || above.appendChild(page.createElement("li"))).append(list);
        lists.push(list);
      }
      lists.at(-1).append(rename(item, "li"));
    }
  }

  function clean(page) {
    for (const element of page.querySelectorAll(GONE)) element.remove();
    readWordLists(page);
    readStyles(page);
    for (const link of page.querySelectorAll("a")) {
      if (!/^(https?:|mailto:|tel:)/i.test(link.getAttribute("href") || "") || !link.textContent.trim() && !link.querySelector("img")) {
        rename(link, "span");
      }
    }
    for (const picture of page.querySelectorAll("img")) {
      if (!/^https?:/i.test(picture.getAttribute("src") || "") || Number(picture.getAttribute("width") || 9) < 2) picture.remove();
    }
    // A table that only lays out a page.
    for (const table of [...page.querySelectorAll("table")].reverse()) {
      const rows = [...table.rows];
      if (table.querySelector("table, h1, h2, h3, ul, ol, blockquote, pre, p + p") || Math.max(0, ...rows.map((row) => row.cells.length)) < 2) {
        const blocks = rows.flatMap((row) => [...row.cells]).map((cell) => rename(cell, "div"));
        table.replaceWith(...blocks);
      }
    }
    // The title of the post is the first heading of its page.
    if (page.querySelector("h1")) {
      for (const level of [5, 4, 3, 2, 1]) {
        for (const heading of page.querySelectorAll(`h${level}`)) rename(heading, `h${level + 1}`);
      }
    }
  }

  // The page's policy allows no styles within a text, and a browser complains of each that it reads.
  const withoutStyles = (html) =>
    html
      .replace(/<(style|script)\b[^]*?<\/\1\s*>/gi, "")
      .replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\s(style|on\w+)(?=\s*=)/gi, " data-$1"));

  function toMarkdown(html) {
    const page = new DOMParser().parseFromString(withoutStyles(html), "text/html");
    clean(page);
    if (!page.querySelector(FORMATTED) && page.querySelectorAll("p").length < 2) return "";
    return service.turndown(page.body).trim();
  }

  const isInCode = () => (body.value.slice(0, body.selectionStart).match(/^ {0,3}(```|~~~)/gm) || []).length % 2 === 1;

  body.addEventListener("paste", (event) => {
    const data = event.clipboardData;
    if (!data || event.defaultPrevented || isInCode() || data.types.includes("vscode-editor-data")) return;
    const html = data.getData("text/html");
    const text = data.getData("text/plain");
    const isSelected = body.selectionStart !== body.selectionEnd;
    if (isSelected && /^https?:\/\/\S+$/.test(text.trim())) {
      event.preventDefault();
      replaceSelection((selected) => (/^https?:\/\/\S+$/.test(selected) ? text.trim() : `[${selected}](${text.trim()})`));
      return;
    }
    // A picture alone is whoever's who takes pictures.
    if (!html || html.length > MOST || (data.files.length && !text.trim())) return;
    const markdown = toMarkdown(html);
    if (!markdown || markdown === text.trim()) return;
    event.preventDefault();
    insert(markdown, { block: markdown.includes("\n") });
  });
})();
