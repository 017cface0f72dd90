package ai.robutler.memory;

import java.util.List;

/**
 * What a document says.
 *
 * @param title "" where it has none
 * @param sections in their order
 * @param cut whether there was more than is read of one document
 */
record DocumentText(String title, List<Section> sections, boolean cut) {
    DocumentText {
        sections = List.copyOf(sections);
    }

    /**
     * Text below one heading.
     *
     * @param headings from the topmost
     * @param text paragraphs, parted by empty lines
     */
    record Section(List<String> headings, String text) {
        Section {
            headings = List.copyOf(headings);
        }
    }
}
