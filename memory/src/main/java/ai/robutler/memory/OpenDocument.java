package ai.robutler.memory;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamReader;

/** LibreOffice's texts, sheets and slides. Source of the format: OASIS OpenDocument 1.3. */
final class OpenDocument {
    private static final String CONTENT = "content.xml";

    private final DocumentWriter to;
    private final StringBuilder paragraph = new StringBuilder();
    private final Deque<Integer> levels = new ArrayDeque<>();
    private int depth;
    private int ignored;
    private int cells;

    private OpenDocument(DocumentWriter to) {
        this.to = to;
    }

    static void read(byte[] bytes, DocumentBounds bounds, DocumentWriter to) throws IOException {
        OfficePackage parts = OfficePackage.of(bytes, bounds, CONTENT::equals);
        parts.read(CONTENT, new OpenDocument(to)::event);
    }

    private void event(XMLStreamReader xml) {
        switch (xml.getEventType()) {
            case XMLStreamConstants.START_ELEMENT -> start(xml);
            case XMLStreamConstants.END_ELEMENT -> end(xml.getLocalName());
            case XMLStreamConstants.CHARACTERS -> {
                if (depth > 0 && ignored == 0) {
                    paragraph.append(xml.getText());
                }
            }
            default -> {}
        }
    }

    private void start(XMLStreamReader xml) {
        switch (xml.getLocalName()) {
            case "h" -> {
                String level = OfficePackage.attribute(xml, "outline-level");
                levels.push(level.matches("[1-9]") ? level.charAt(0) - '0' : 1);
                depth++;
            }
            case "p" -> {
                levels.push(0);
                depth++;
            }
            case "page", "table" -> {
                String name = OfficePackage.attribute(xml, "name");
                if (depth == 0 && !name.isEmpty()) {
                    to.heading(1, name);
                }
            }
            case "tab", "s" -> paragraph.append(' ');
            case "line-break" -> paragraph.append('\n');
            case "tracked-changes", "annotation" -> ignored++;
            case "table-cell" -> cells++;
            default -> {}
        }
    }

    private void end(String name) {
        switch (name) {
            case "h", "p" -> paragraph();
            case "tracked-changes", "annotation" -> ignored--;
            case "table-cell" -> {
                cells--;
                to.text(" | ");
            }
            case "table-row" -> to.text("\n");
            default -> {}
        }
    }

    private void paragraph() {
        depth--;
        int level = levels.pop();
        if (ignored > 0 || depth > 0) {
            return;
        }
        if (level > 0) {
            to.heading(level, paragraph.toString());
        } else if (!paragraph.isEmpty()) {
            to.text(paragraph + (cells > 0 ? "" : "\n\n"));
        }
        paragraph.setLength(0);
    }
}
