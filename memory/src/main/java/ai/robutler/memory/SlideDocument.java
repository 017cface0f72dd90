package ai.robutler.memory;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamReader;

/** PowerPoint's {@code .pptx}. Source of the format: ECMA-376, PresentationML. */
final class SlideDocument {
    private static final String SLIDE = "ppt/slides/slide";
    private static final String NOTES = "ppt/notesSlides/notesSlide";
    private static final String XML = ".xml";

    private final List<String> paragraphs = new ArrayList<>();
    private final StringBuilder paragraph = new StringBuilder();
    private String title = "";
    private boolean inTitle;
    private boolean inText;

    private SlideDocument() {}

    static void read(byte[] bytes, DocumentBounds bounds, DocumentWriter to) throws IOException {
        OfficePackage parts =
                OfficePackage.of(
                        bytes,
                        bounds,
                        name ->
                                name.endsWith(XML)
                                        && (name.startsWith(SLIDE) || name.startsWith(NOTES)));
        int slides =
                (int)
                        parts.parts().keySet().stream()
                                .filter(name -> name.startsWith(SLIDE))
                                .count();
        if (slides == 0) {
            throw new DocumentException("it is damaged, or not what its name says", null);
        }
        int found = 0;
        // Slides that were removed leave gaps in the numbers.
        for (int number = 1; found < slides && number <= bounds.pages(); number++) {
            found += slide(parts, number, to) ? 1 : 0;
        }
        if (found < slides) {
            to.stop();
        }
    }

    private static boolean slide(OfficePackage parts, int number, DocumentWriter to)
            throws IOException {
        var slide = new SlideDocument();
        if (!parts.readIfThere(SLIDE + number + XML, slide::event)) {
            return false;
        }
        parts.readIfThere(NOTES + number + XML, slide::event);
        to.heading(1, slide.title.isEmpty() ? "Slide " + number : slide.title);
        slide.paragraphs.forEach(to::paragraph);
        return true;
    }

    private void event(XMLStreamReader xml) {
        switch (xml.getEventType()) {
            case XMLStreamConstants.START_ELEMENT -> {
                switch (xml.getLocalName()) {
                    case "t" -> inText = true;
                    case "br", "tab" -> paragraph.append(' ');
                    case "ph" ->
                            inTitle |=
                                    OfficePackage.attribute(xml, "type").matches("title|ctrTitle");
                    default -> {}
                }
            }
            case XMLStreamConstants.END_ELEMENT -> {
                switch (xml.getLocalName()) {
                    case "t" -> inText = false;
                    case "p" -> paragraph();
                    case "sp" -> inTitle = false;
                    default -> {}
                }
            }
            case XMLStreamConstants.CHARACTERS -> {
                if (inText) {
                    paragraph.append(xml.getText());
                }
            }
            default -> {}
        }
    }

    private void paragraph() {
        if (inTitle && title.isEmpty()) {
            title = paragraph.toString().strip();
        } else if (!paragraph.isEmpty()) {
            paragraphs.add(paragraph.toString());
        }
        paragraph.setLength(0);
    }
}
