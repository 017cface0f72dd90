package ai.robutler.memory;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamReader;

/**
 * Excel's {@code .xlsx}: one line a row, values as they are stored. Source of the format: ECMA-376,
 * SpreadsheetML.
 */
final class SheetDocument {
    private static final String WORKBOOK = "xl/workbook.xml";
    private static final String STRINGS = "xl/sharedStrings.xml";
    private static final String SHEET = "xl/worksheets/sheet";
    private static final String XML = ".xml";
    private static final int MOST_STRINGS = 1_000_000;

    private final List<String> strings;
    private final DocumentWriter to;
    private final StringBuilder row = new StringBuilder();
    private final StringBuilder value = new StringBuilder();
    private String type = "";
    private boolean inValue;

    private SheetDocument(List<String> strings, DocumentWriter to) {
        this.strings = strings;
        this.to = to;
    }

    static void read(byte[] bytes, DocumentBounds bounds, DocumentWriter to) throws IOException {
        OfficePackage parts =
                OfficePackage.of(
                        bytes,
                        bounds,
                        name ->
                                name.equals(WORKBOOK)
                                        || name.equals(STRINGS)
                                        || (name.startsWith(SHEET) && name.endsWith(XML)));
        List<String> names = names(parts);
        List<String> strings = strings(parts);
        for (int number = 1; number <= names.size(); number++) {
            if (number > bounds.pages()) {
                to.stop();
            }
            to.heading(1, names.get(number - 1));
            var sheet = new SheetDocument(strings, to);
            parts.readIfThere(SHEET + number + XML, sheet::event);
        }
    }

    private static List<String> names(OfficePackage parts) throws IOException {
        List<String> names = new ArrayList<>();
        parts.read(
                WORKBOOK,
                xml -> {
                    if (isStart(xml, "sheet")) {
                        names.add(OfficePackage.attribute(xml, "name"));
                    }
                });
        return names;
    }

    private static List<String> strings(OfficePackage parts) throws IOException {
        List<String> strings = new ArrayList<>();
        var text = new StringBuilder();
        parts.readIfThere(
                STRINGS,
                xml -> {
                    if (isStart(xml, "si")) {
                        text.setLength(0);
                    } else if (xml.isCharacters()) {
                        text.append(xml.getText());
                    } else if (xml.isEndElement() && xml.getLocalName().equals("si")) {
                        if (strings.size() == MOST_STRINGS) {
                            throw new DocumentException("it has too many texts", null);
                        }
                        strings.add(text.toString());
                    }
                });
        return strings;
    }

    private static boolean isStart(XMLStreamReader xml, String name) {
        return xml.isStartElement() && xml.getLocalName().equals(name);
    }

    private void event(XMLStreamReader xml) {
        switch (xml.getEventType()) {
            case XMLStreamConstants.START_ELEMENT -> {
                switch (xml.getLocalName()) {
                    case "c" -> type = OfficePackage.attribute(xml, "t");
                    case "v", "t" -> inValue = true;
                    default -> {}
                }
            }
            case XMLStreamConstants.END_ELEMENT -> {
                switch (xml.getLocalName()) {
                    case "v", "t" -> inValue = false;
                    case "c" -> cell();
                    case "row" -> row();
                    default -> {}
                }
            }
            case XMLStreamConstants.CHARACTERS -> {
                if (inValue) {
                    value.append(xml.getText());
                }
            }
            default -> {}
        }
    }

    private void cell() {
        String text = value.toString();
        if (type.equals("s")) {
            text = text.matches("[0-9]{1,7}") ? shared(Integer.parseInt(text)) : "";
        }
        if (!text.isBlank()) {
            row.append(row.isEmpty() ? "" : " | ").append(text.strip());
        }
        value.setLength(0);
    }

    private String shared(int at) {
        return at < strings.size() ? strings.get(at) : "";
    }

    private void row() {
        if (!row.isEmpty()) {
            to.text(row + "\n");
        }
        row.setLength(0);
    }
}
