package ai.robutler.app;

import java.nio.file.Path;

/**
 * Where an agent is written down.
 *
 * @param name what the file says the agent is called
 * @param shown the path as the user knows it
 */
record AgentFile(Path path, String name, String shown) {
    static final String IN_FOLDER = "AGENT.md";

    static AgentFile of(Path path) {
        Path file = path.toAbsolutePath().normalize();
        Path folder = file.getParent();
        String own = String.valueOf(file.getFileName());
        String name =
                own.equals(IN_FOLDER) && folder != null
                        ? String.valueOf(folder.getFileName())
                        : own.replaceFirst("\\.md$", "");
        return new AgentFile(file, name, path.toString());
    }
}
