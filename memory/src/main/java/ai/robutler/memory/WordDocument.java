package ai.robutler.memory;

import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamReader;

/** Word's {@code .docx}. Source of the format: ECMA-376, WordprocessingML. */
final class WordDocument {
    private static final String BODY = "word/document.xml";
    private static final String STYLES = "word/styles.xml";

    private final DocumentWriter to;
    private final Map<String, Integer> levels;
    private final StringBuilder paragraph = new StringBuilder();
    private String style = "";
    private int level;
    private int deleted;
    private boolean inText;

    private WordDocument(DocumentWriter to, Map<String, Integer> levels) {
        this.to = to;
        this.levels = levels;
    }

    static void read(byte[] bytes, DocumentBounds bounds, DocumentWriter to) throws IOException {
        OfficePackage parts =
                OfficePackage.of(bytes, bounds, name -> name.equals(BODY) || name.equals(STYLES));
        var document = new WordDocument(to, levels(parts));
        parts.read(BODY, document::event);
    }

    /** Names of styles are translated, and what they are for is not: {@code heading 1}. */
    private static Map<String, Integer> levels(OfficePackage parts) throws IOException {
        var levels = new HashMap<String, Integer>();
        var id = new StringBuilder();
        parts.readIfThere(
                STYLES,
                xml -> {
                    if (xml.getEventType() != XMLStreamConstants.START_ELEMENT) {
                        return;
                    }
                    switch (xml.getLocalName()) {
                        case "style" -> {
                            id.setLength(0);
                            id.append(OfficePackage.attribute(xml, "styleId"));
                        }
                        case "name" -> {
                            String name =
                                    OfficePackage.attribute(xml, "val").toLowerCase(Locale.ROOT);
                            if (name.matches("heading [1-9]")) {
                                levels.put(id.toString(), name.charAt(8) - '0');
                            } else if (name.equals("title")) {
                                levels.put(id.toString(), 1);
                            }
                        }
                        default -> {}
                    }
                });
        return levels;
    }

    private void event(XMLStreamReader xml) {
        switch (xml.getEventType()) {
            case XMLStreamConstants.START_ELEMENT -> start(xml);
            case XMLStreamConstants.END_ELEMENT -> end(xml.getLocalName());
            case XMLStreamConstants.CHARACTERS -> {
                if (inText && deleted == 0) {
                    paragraph.append(xml.getText());
                }
            }
            default -> {}
        }
    }

    private void start(XMLStreamReader xml) {
        switch (xml.getLocalName()) {
            case "t" -> inText = true;
            case "tab" -> paragraph.append(' ');
            case "br", "cr" -> paragraph.append('\n');
            case "del", "moveFrom" -> deleted++;
            case "pStyle" -> style = OfficePackage.attribute(xml, "val");
            case "outlineLvl" -> {
                String at = OfficePackage.attribute(xml, "val");
                level = at.matches("[0-8]") ? at.charAt(0) - '0' + 1 : 0;
            }
            default -> {}
        }
    }

    private void end(String name) {
        switch (name) {
            case "t" -> inText = false;
            case "del", "moveFrom" -> deleted--;
            case "tc" -> to.text("| ");
            case "tr" -> to.text("\n");
            case "p" -> paragraph();
            default -> {}
        }
    }

    private void paragraph() {
        int heading = level > 0 ? level : levels.getOrDefault(style, 0);
        if (heading > 0) {
            to.heading(heading, paragraph.toString());
        } else if (!paragraph.isEmpty()) {
            to.text(paragraph + "\n\n");
        }
        paragraph.setLength(0);
        style = "";
        level = 0;
    }
}
