package ai.robutler.memory;

import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeVisitor;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Set;

/** A web page: headings and text, without what is for the browser or leads elsewhere. */
final class HtmlDocument {
    private static final String NO_TEXT =
            "script, style, noscript, template, svg, iframe, nav, form, button, [hidden]";
    private static final Set<String> CELLS = Set.of("td", "th");

    private HtmlDocument() {}

    static void read(byte[] bytes, DocumentBounds bounds, DocumentWriter to) throws IOException {
        Document page = Jsoup.parse(new ByteArrayInputStream(bytes), null, "");
        to.title(page.title());
        page.select(NO_TEXT).remove();
        page.body().traverse(new Reader(to));
    }

    private record Reader(DocumentWriter to) implements NodeVisitor {
        @Override
        public void head(Node node, int depth) {
            if (node instanceof TextNode text) {
                if (!isInHeading(text)) {
                    to.text(text.getWholeText().replaceAll("\\s+", " "));
                }
            } else if (node instanceof Element element) {
                int level = level(element);
                if (level > 0) {
                    to.heading(level, element.text());
                } else if (element.isBlock()) {
                    to.text(CELLS.contains(element.normalName()) ? " | " : "\n");
                } else if (element.normalName().equals("br")) {
                    to.text("\n");
                }
            }
        }

        @Override
        public void tail(Node node, int depth) {
            if (node instanceof Element element
                    && element.isBlock()
                    && !CELLS.contains(element.normalName())) {
                to.text(element.normalName().equals("p") ? "\n\n" : "\n");
            }
        }

        private static int level(Element element) {
            String name = element.normalName();
            boolean heading =
                    name.length() == 2
                            && name.charAt(0) == 'h'
                            && name.charAt(1) >= '1'
                            && name.charAt(1) <= '6';
            return heading ? name.charAt(1) - '0' : 0;
        }

        private static boolean isInHeading(Node node) {
            for (Node at = node.parent(); at != null; at = at.parent()) {
                if (at instanceof Element element && level(element) > 0) {
                    return true;
                }
            }
            return false;
        }
    }
}
