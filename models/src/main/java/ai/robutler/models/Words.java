package ai.robutler.models;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** English words as the offline rules compare them: without endings, and by what they are about. */
final class Words {
    private static final Pattern SEPARATOR = Pattern.compile("[^\\p{L}\\p{N}]+");
    private static final Pattern HUMP = Pattern.compile("(?<=[\\p{Ll}\\p{N}])(?=\\p{Lu})");
    private static final List<String> ENDINGS =
            List.of(
                    "ations", "ation", "ators", "ator", "ating", "ated", "ates", "ate", "ings",
                    "ing", "ions", "ion", "ers", "er", "ed", "es", "s", "e", "y");
    private static final Set<String> IDLE =
            Set.of(
                    ("a an the is are was be been am do does did can could would will shall should may"
                                    + " of in at on to for from by with and or not no it its this that these"
                                    + " those i me my we us our you your he she they them what which who how"
                                    + " when where why please tell show give get use let ask want need like"
                                    + " current currently now there here any some if so as about into up"
                                    + " times tool tools function agent agents answer answers question questions"
                                    + " user users hand hands over than then just also more most other")
                            .split(" "));
    private static final Map<String, String> TOPICS = topics();

    private Words() {}

    /** The stems of the words that say something, in order, without repetition. */
    static Set<String> stems(String text) {
        var stems = new LinkedHashSet<String>();
        for (String word : plain(text)) {
            if (!IDLE.contains(word)) {
                stems.add(stem(word));
            }
        }
        return stems;
    }

    /** What the words are about: {@code weather}, {@code time}… */
    static Set<String> topics(Set<String> stems) {
        var topics = new LinkedHashSet<String>();
        for (String stem : stems) {
            String topic = TOPICS.get(stem);
            if (topic != null) {
                topics.add(topic);
            }
        }
        return topics;
    }

    /** All words in small letters; names such as {@code currentWeather} are taken apart. */
    static List<String> plain(String text) {
        var words = new ArrayList<String>();
        String spaced = HUMP.matcher(text).replaceAll(" ");
        for (String word : SEPARATOR.split(spaced.toLowerCase(Locale.ROOT))) {
            if (!word.isEmpty()) {
                words.add(word);
            }
        }
        return words;
    }

    static boolean isIdle(String word) {
        return IDLE.contains(word.toLowerCase(Locale.ROOT));
    }

    static String stem(String word) {
        for (String ending : ENDINGS) {
            if (word.endsWith(ending) && word.length() - ending.length() >= 3) {
                return word.substring(0, word.length() - ending.length());
            }
        }
        return word;
    }

    private static Map<String, String> topics() {
        var topics = new HashMap<String, String>();
        Map.of(
                        "math",
                        "calculate calculator compute arithmetic math maths mathematics expression"
                                + " formula sum add subtract multiply divide plus minus sqrt",
                        "weather",
                        "weather rain raining rainy snow snowing sunny sun wind windy cloud cloudy storm"
                                + " temperature cold hot warm umbrella degrees humid humidity",
                        "future",
                        "forecast tomorrow tonight week weekend days monday tuesday wednesday thursday"
                                + " friday saturday sunday",
                        "time",
                        "time clock hour hours oclock timezone zone date today")
                .forEach(
                        (topic, words) -> {
                            for (String word : words.split(" ")) {
                                topics.put(stem(word), topic);
                            }
                        });
        return topics;
    }
}
