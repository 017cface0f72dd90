package ai.robutler.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * Folders of scripts on the class path. The list of a jar is read once, however many folders it is
 * asked for: the program's has tens of thousands of entries, and a start is not to wait for them
 * again and again.
 */
final class ScriptFolders {
    private static final String SCRIPT = ".sql";

    private final ClassLoader loader = ScriptFolders.class.getClassLoader();

    /** The scripts in each jar: as many as the class path has. */
    private final Map<String, List<String>> jars = new ConcurrentHashMap<>();

    /** Those right in the folder, by name. */
    List<Script> scripts(String folder) {
        var scripts = new TreeMap<String, Script>();
        try {
            for (URL place : Collections.list(loader.getResources(folder))) {
                for (String name : names(place, folder)) {
                    if (!scripts.containsKey(name)) {
                        scripts.put(name, script(folder + "/" + name));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the scripts in " + folder + " cannot be read", e);
        }
        return List.copyOf(scripts.values());
    }

    private Script script(String path) throws IOException {
        try (InputStream in = loader.getResourceAsStream(path)) {
            if (in == null) {
                throw new IOException(path + " is gone");
            }
            return new Script(path, in.readAllBytes());
        }
    }

    private List<String> names(URL place, String folder) throws IOException {
        return switch (place.getProtocol()) {
            case "file" -> files(Path.of(URI.create(place.toString())));
            case "jar" -> entries(place, folder + "/");
            default -> throw new IOException("scripts in " + place + " cannot be listed");
        };
    }

    private static List<String> files(Path folder) throws IOException {
        var names = new ArrayList<String>();
        try (var files = Files.newDirectoryStream(folder, "*" + SCRIPT)) {
            files.forEach(file -> names.add(file.getFileName().toString()));
        }
        return names;
    }

    private List<String> entries(URL place, String folder) throws IOException {
        var jar = (JarURLConnection) place.openConnection();
        String url = jar.getJarFileURL().toString();
        List<String> all = jars.get(url);
        if (all == null) {
            all = all(jar.getJarFile());
            jars.put(url, all);
        }
        return all.stream()
                .filter(name -> name.startsWith(folder))
                .map(name -> name.substring(folder.length()))
                .filter(name -> name.indexOf('/') < 0)
                .toList();
    }

    private static List<String> all(JarFile jar) {
        var names = new ArrayList<String>();
        for (var entries = jar.entries(); entries.hasMoreElements(); ) {
            JarEntry entry = entries.nextElement();
            if (entry.getName().endsWith(SCRIPT)) {
                names.add(entry.getName());
            }
        }
        return List.copyOf(names);
    }
}
