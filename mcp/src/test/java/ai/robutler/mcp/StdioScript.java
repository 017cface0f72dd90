package ai.robutler.mcp;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server that does as its tests want, as a process of its own. Needs nothing but the JDK, so that
 * it starts fast.
 */
public final class StdioScript {
    private static final Pattern ID = Pattern.compile("\"id\":(\\d+)");
    private static final Pattern METHOD = Pattern.compile("\"method\":\"([^\"]+)\"");
    private static final Pattern TOOL = Pattern.compile("\"name\":\"(\\w+)\",\"arguments\"");
    private static final Pattern TOKEN = Pattern.compile("\"progressToken\":(\\d+)");
    private static final String PIXEL =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
                    + "rkJggg==";
    private static final String ANY = "{\"type\":\"object\",\"x-own\":[1.50]}";

    private final PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    private final String mode;
    private final Path folder;
    private boolean more;

    private StdioScript(String mode, Path folder) {
        this.mode = mode;
        this.folder = folder;
    }

    /** The mode, and the folder for what it leaves behind. */
    public static void main(String[] args) throws Exception {
        new StdioScript(args[0], Path.of(args[1])).serve();
    }

    private void serve() throws Exception {
        note("pids", ProcessHandle.current().pid() + "\n");
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String method = found(METHOD, line);
            String id = found(ID, line);
            switch (method) {
                case "initialize" ->
                        result(
                                id,
                                "{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{\"tools\":"
                                        + "{\"listChanged\":true}},\"serverInfo\":{\"name\":\"s\","
                                        + "\"version\":\"1\"}}");
                case "ping" -> result(id, "{}");
                case "tools/list" -> list(id);
                case "tools/call" -> call(id, found(TOOL, line), line);
                case "notifications/cancelled" -> note("cancelled", line);
                default -> {
                    if (!id.isEmpty()) {
                        say(
                                "{\"jsonrpc\":\"2.0\",\"id\":"
                                        + id
                                        + ",\"error\":{\"code\":-32601,\"message\":\"no\"}}");
                    }
                }
            }
        }
    }

    private void list(String id) {
        note("lists", "x");
        switch (mode) {
            case "endless" ->
                    result(
                            id,
                            "{\"tools\":["
                                    + tool("t" + id, ANY)
                                    + "],\"nextCursor\":\""
                                    + id
                                    + "\"}");
            case "lies" ->
                    result(
                            id,
                            "{\"tools\":["
                                    + String.join(
                                            ",",
                                            tool("number", "5"),
                                            tool("text", "{\"type\":\"string\"}"),
                                            tool("odd", "{\"type\":\"object\",\"properties\":7}"),
                                            tool(
                                                    "away",
                                                    "{\"type\":\"object\",\"properties\":{\"a\":"
                                                            + "{\"$ref\":\"http://x/y\"}}}"),
                                            tool("good", ANY),
                                            tool("good", ANY),
                                            tool("a.b/c", "{}"))
                                    + "]}");
            default -> {
                String tools = "";
                for (String name :
                        "echo env slow die hang flood garbage huge long image progress change child"
                                .split(" ")) {
                    tools += (tools.isEmpty() ? "" : ",") + tool(name, ANY);
                }
                result(id, "{\"tools\":[" + tools + (more ? "," + tool("added", ANY) : "") + "]}");
            }
        }
    }

    private static String tool(String name, String schema) {
        return "{\"name\":\"" + name + "\",\"description\":\"d\",\"inputSchema\":" + schema + "}";
    }

    private void call(String id, String tool, String line) throws Exception {
        switch (tool) {
            case "env" ->
                    text(id, String.join(",", System.getenv().keySet().stream().sorted().toList()));
            case "slow" -> note("slow", "x");
            case "die" -> {
                System.err.println("the secret is " + System.getenv("SECRET"));
                Runtime.getRuntime().halt(3);
            }
            case "hang" -> {
                note("hang", "x");
                Thread.sleep(1_000_000);
            }
            case "flood" -> {
                for (int i = 0; i < 100_000; i++) {
                    out.println("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\"}");
                }
                out.flush();
            }
            case "garbage" -> {
                for (int i = 0; i < 100; i++) {
                    say("Warning: this is \u0007 no JSON {");
                }
                say("[1,2]");
                say("{\"jsonrpc\":\"2.0\",\"id\":999999,\"result\":{}}");
                text(id, "after garbage");
            }
            case "huge" -> text(id, "x".repeat(20 << 20));
            case "long" -> text(id, "y".repeat(300_000));
            case "image" ->
                    result(
                            id,
                            "{\"content\":[{\"type\":\"text\",\"text\":\"see\"},{\"type\":\"image\","
                                    + "\"mimeType\":\"image/png\",\"data\":\""
                                    + PIXEL
                                    + "\"}]}");
            case "progress" -> {
                say(
                        "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":"
                                + "{\"progressToken\":"
                                + found(TOKEN, line)
                                + ",\"progress\":1,\"total\":2,\"message\":\"half\"}}");
                text(id, "whole");
            }
            case "change" -> {
                more = true;
                for (int i = 0; i < 1_000; i++) {
                    say("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/tools/list_changed\"}");
                }
                text(id, "changed");
            }
            case "child" -> {
                Process child = new ProcessBuilder("sleep", "1000").start();
                text(id, Long.toString(child.pid()));
            }
            default -> text(id, "echo of " + line.length());
        }
    }

    private void text(String id, String text) {
        result(id, "{\"content\":[{\"type\":\"text\",\"text\":\"" + text + "\"}]}");
    }

    private void result(String id, String result) {
        say("{\"result\":" + result + ",\"jsonrpc\":\"2.0\",\"id\":" + id + "}");
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }

    private void note(String file, String text) {
        try {
            Files.writeString(
                    folder.resolve(file),
                    text,
                    java.nio.file.StandardOpenOption.CREATE,
                    java.nio.file.StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String found(Pattern pattern, String line) {
        Matcher matcher = pattern.matcher(line);
        return matcher.find() ? matcher.group(1) : "";
    }
}
