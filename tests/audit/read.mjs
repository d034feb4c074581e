// Reader mode: the article of each HTML file that is named, as JSON by file.
import { readFileSync } from "node:fs";
import { Readability } from "@mozilla/readability";
import { JSDOM } from "jsdom";

const articles = {};
for (const file of process.argv.slice(2)) {
  const { document } = new JSDOM(readFileSync(file, "utf-8"), { url: "https://blog.example/" }).window;
  const article = new Readability(document).parse();
  articles[file] = article && { title: article.title, byline: article.byline, text: article.textContent };
}
console.log(JSON.stringify(articles));
