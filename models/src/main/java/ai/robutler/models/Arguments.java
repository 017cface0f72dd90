package ai.robutler.models;

import ai.robutler.core.Json;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Fills a tool's parameters from a sentence: what is required, and what the sentence has. */
final class Arguments {
    private static final Pattern NUMBER =
            Pattern.compile("(?<![\\p{L}\\d.])-?\\d{1,15}(?:\\.\\d{1,10})?(?![\\p{L}\\d])");
    private static final Pattern QUOTED = Pattern.compile("[\"“„«]([^\"”“»]{1,500})[\"”“»]");
    private static final Pattern URL = Pattern.compile("https?://[^\\s\"'<>]+[^\\s\"'<>.,;:!?)]");
    private static final Pattern EMAIL = Pattern.compile("[\\w.+-]+@[\\w-]+(?:\\.[\\w-]+)+");
    private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");
    private static final Set<String> WHOLE =
            Set.of(
                    "query question text message input prompt content intent search request topic fact"
                            .split(" "));
    private static final int DEPTH = 8;

    private final String text;
    private final JsonNode root;
    private final List<String> missing = new ArrayList<>();
    private boolean quoteUsed;

    Arguments(String text, JsonNode schema) {
        this.text = text;
        this.root = schema;
    }

    ObjectNode fill() {
        return object(root, 0);
    }

    /** The required parameters that the sentence says nothing about, after filling. */
    List<String> missing() {
        return List.copyOf(missing);
    }

    private ObjectNode object(JsonNode schema, int depth) {
        var filled = Json.object();
        var required = new ArrayList<String>();
        schema.path("required").forEach(name -> required.add(name.asString("")));
        for (var property : schema.path("properties").properties()) {
            String name = property.getKey();
            JsonNode type = Schemas.resolved(property.getValue(), root);
            Optional<JsonNode> found = found(name, type);
            if (found.isPresent()) {
                filled.set(name, found.get());
            } else if (required.contains(name)) {
                filled.set(name, invented(name, type, depth));
            }
        }
        return filled;
    }

    /** What the sentence has for a parameter of this name and type. */
    private Optional<JsonNode> found(String name, JsonNode schema) {
        if (schema.path("enum").isArray()) {
            return choice(schema.path("enum"));
        }
        return switch (Schemas.type(schema)) {
            case "string" -> string(name, schema).map(Json::tree);
            case "integer", "number" -> number(name, schema);
            case "array" ->
                    found(name, Schemas.resolved(schema.path("items"), root)).map(Json::array);
            default -> Optional.empty();
        };
    }

    private Optional<JsonNode> choice(JsonNode values) {
        String plain = " " + String.join(" ", Words.plain(text)) + " ";
        for (JsonNode value : values) {
            String words = String.join(" ", Words.plain(value.asString("")));
            if (!words.isEmpty() && plain.contains(" " + words + " ")) {
                return Optional.of(value);
            }
        }
        return Optional.empty();
    }

    private Optional<String> string(String name, JsonNode schema) {
        var words = Words.plain(name);
        if (has(words, "expression", "formula", "equation", "calculation")) {
            return Expressions.in(text);
        }
        if (has(words, "zone", "timezone", "tz")) {
            return Places.zone(text);
        }
        if (has(
                words,
                "place",
                "city",
                "location",
                "town",
                "country",
                "region",
                "address",
                "where")) {
            return Places.in(text);
        }
        String format = schema.path("format").asString("");
        if (has(words, "url", "uri", "link") || format.equals("uri")) {
            return first(URL);
        }
        if (has(words, "email", "mail") || format.equals("email")) {
            return first(EMAIL);
        }
        if (has(words, "date", "day") || format.equals("date")) {
            return date();
        }
        return quoted();
    }

    /** Words in quotation marks, once: they are meant for one parameter. */
    private Optional<String> quoted() {
        Matcher quote = QUOTED.matcher(text);
        if (quoteUsed || !quote.find()) {
            return Optional.empty();
        }
        quoteUsed = true;
        return Optional.of(quote.group(1));
    }

    private Optional<String> date() {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        var words = Words.plain(text);
        return first(DATE)
                .or(
                        () ->
                                words.contains("tomorrow")
                                        ? Optional.of(today.plusDays(1).toString())
                                        : Optional.empty())
                .or(
                        () ->
                                words.contains("today")
                                        ? Optional.of(today.toString())
                                        : Optional.empty());
    }

    /** A number next to the parameter's name, such as {@code 3 days} or {@code top 5}. */
    private Optional<JsonNode> number(String name, JsonNode schema) {
        for (String word : Words.plain(name)) {
            String stem = Pattern.quote(Words.stem(word));
            var near =
                    Pattern.compile(
                            "(?i)(\\d{1,9}(?:\\.\\d{1,9})?)[\\s-]+"
                                    + stem
                                    + "|\\b"
                                    + stem
                                    + "\\p{L}*\\W{1,3}(\\d{1,9}(?:\\.\\d{1,9})?)");
            Matcher matcher = near.matcher(text);
            if (matcher.find()) {
                String digits = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
                return Optional.of(Schemas.number(new BigDecimal(digits), schema));
            }
            if (word.startsWith("day") && Words.plain(text).contains("week")) {
                return Optional.of(Schemas.number(BigDecimal.valueOf(7), schema));
            }
        }
        return Optional.empty();
    }

    /** A value for a required parameter that the sentence does not name. */
    private JsonNode invented(String name, JsonNode schema, int depth) {
        if (schema.has("default")) {
            return schema.path("default");
        }
        return switch (Schemas.type(schema)) {
            case "object" -> depth < DEPTH ? object(schema, depth + 1) : Json.object();
            case "string" -> inventedText(name, schema);
            case "integer", "number" -> {
                Optional<String> any = first(NUMBER);
                if (any.isEmpty()) {
                    missing.add(name);
                }
                yield Schemas.number(any.map(BigDecimal::new).orElse(BigDecimal.ONE), schema);
            }
            case "array" -> {
                JsonNode items = Schemas.resolved(schema.path("items"), root);
                yield depth < DEPTH ? Json.array(invented(name, items, depth + 1)) : Json.array();
            }
            default -> Schemas.sample(schema, root, Json.object(), "");
        };
    }

    private JsonNode inventedText(String name, JsonNode schema) {
        if (schema.has("enum") || schema.has("const")) {
            return Schemas.sample(schema, root, Json.object(), "");
        }
        var words = Words.plain(name);
        if (has(words, "zone", "timezone", "tz")) {
            return Json.tree("UTC");
        }
        if (words.stream().noneMatch(WHOLE::contains)) {
            missing.add(name);
        }
        return Json.tree(text);
    }

    private Optional<String> first(Pattern pattern) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? Optional.of(matcher.group()) : Optional.empty();
    }

    private static boolean has(List<String> words, String... any) {
        for (String word : any) {
            if (words.contains(word.toLowerCase(Locale.ROOT))) {
                return true;
            }
        }
        return false;
    }
}
