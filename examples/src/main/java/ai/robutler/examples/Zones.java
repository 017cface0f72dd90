package ai.robutler.examples;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Time zones by the names that people use for them. */
final class Zones {
    private static final Pattern OFFSET = Pattern.compile("(?:UTC|GMT)?([+-]\\d{1,2}(?::\\d{2})?)");
    private static final int MAX_NAME = 60;
    private static final int SUGGESTIONS = 3;

    /** Abbreviations have no owner; these are what most people mean by them. */
    private static final Map<String, String> ABBREVIATIONS =
            Map.ofEntries(
                    Map.entry("z", "UTC"),
                    Map.entry("est", "America/New_York"),
                    Map.entry("edt", "America/New_York"),
                    Map.entry("cst", "America/Chicago"),
                    Map.entry("cdt", "America/Chicago"),
                    Map.entry("mst", "America/Denver"),
                    Map.entry("mdt", "America/Denver"),
                    Map.entry("pst", "America/Los_Angeles"),
                    Map.entry("pdt", "America/Los_Angeles"),
                    Map.entry("bst", "Europe/London"),
                    Map.entry("cest", "Europe/Paris"),
                    Map.entry("eest", "Europe/Athens"),
                    Map.entry("msk", "Europe/Moscow"),
                    Map.entry("ist", "Asia/Kolkata"),
                    Map.entry("jst", "Asia/Tokyo"),
                    Map.entry("kst", "Asia/Seoul"),
                    Map.entry("aest", "Australia/Sydney"),
                    Map.entry("aedt", "Australia/Sydney"));

    private static final List<String> IDS =
            ZoneId.getAvailableZoneIds().stream()
                    .filter(id -> !id.startsWith("SystemV/"))
                    .sorted()
                    .toList();
    private static final Map<String, String> BY_NAME = byName();

    private Zones() {}

    private static Map<String, String> byName() {
        var names = new HashMap<String, String>();
        // Full names win over cities, and of two cities the first in the alphabet.
        IDS.forEach(id -> names.put(key(id), id));
        IDS.stream()
                .filter(id -> id.contains("/") && !id.startsWith("Etc/"))
                .forEach(id -> names.putIfAbsent(key(city(id)), id));
        names.putAll(ABBREVIATIONS);
        return Map.copyOf(names);
    }

    /**
     * The zone by its IANA name, a city's, an abbreviation or an offset.
     *
     * @throws IllegalArgumentException if there is none; the message suggests similar names
     */
    static ZoneId find(String name) {
        String key = key(name);
        String id = BY_NAME.get(key);
        return id != null ? ZoneId.of(id) : offset(name, key);
    }

    private static ZoneId offset(String name, String key) {
        var offset = OFFSET.matcher(key.toUpperCase(Locale.ROOT));
        if (!offset.matches()) {
            throw unknown(name, key);
        }
        try {
            return ZoneOffset.of(offset.group(1));
        } catch (DateTimeException e) {
            throw unknown(name, key);
        }
    }

    private static IllegalArgumentException unknown(String name, String key) {
        if (name.length() > MAX_NAME) {
            return new IllegalArgumentException("no time zone has so long a name");
        }
        List<String> near =
                IDS.stream()
                        .sorted(Comparator.comparingInt(id -> distance(id, key)))
                        .limit(SUGGESTIONS)
                        .toList();
        return new IllegalArgumentException(
                "no time zone is called '%s'; similar ones: %s"
                        .formatted(name, String.join(", ", near)));
    }

    private static int distance(String id, String key) {
        return Math.min(edits(key(id), key), edits(key(city(id)), city(key)));
    }

    /** How many letters to insert, delete or replace: Levenshtein's distance. */
    private static int edits(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }

    private static String city(String id) {
        return id.substring(id.lastIndexOf('/') + 1);
    }

    private static String key(String name) {
        return name.strip().toLowerCase(Locale.ROOT).replace(' ', '_');
    }
}
