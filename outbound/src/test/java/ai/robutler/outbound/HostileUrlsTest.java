package ai.robutler.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

class HostileUrlsTest {
    private static final Pattern ESCAPE = Pattern.compile("\\\\(u([0-9a-f]{4})|.)");

    static Stream<Arguments> hostile() throws IOException {
        return rows("hostile-urls.txt");
    }

    static Stream<Arguments> good() throws IOException {
        return rows("good-urls.txt");
    }

    private static Stream<Arguments> rows(String file) throws IOException {
        try (InputStream in = HostileUrlsTest.class.getResourceAsStream(file)) {
            assertThat(in).as(file).isNotNull();
            return new String(in.readAllBytes(), UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(" ", 2))
                    .map(parts -> Arguments.of(parts[0], parts[1]));
        }
    }

    private static String unescape(String text) {
        return ESCAPE.matcher(text)
                .replaceAll(
                        found -> {
                            String hex = found.group(2);
                            if (hex != null) {
                                return quoted((char) Integer.parseInt(hex, 16));
                            }
                            return switch (found.group(1).charAt(0)) {
                                case 't' -> "\t";
                                case 'n' -> "\n";
                                case 'r' -> "\r";
                                case '0' -> "\0";
                                case '\\' -> quoted('\\');
                                default -> throw new AssertionError("unknown escape in " + text);
                            };
                        });
    }

    private static String quoted(char c) {
        return java.util.regex.Matcher.quoteReplacement(String.valueOf(c));
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void aHostileUrlIsRefusedForItsReason(Reason reason, String url) {
        assertThat(AddressPolicy.publicOnly().check(unescape(url)))
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused -> {
                            assertThat(refused.reason()).as(refused.detail()).isEqualTo(reason);
                            assertThat(refused.safeMessage())
                                    .doesNotContainPattern("[0-9]\\.[0-9]");
                        });
    }

    /** Only the one that the operator has to ask for cannot stand in the table. */
    @Test
    void theTableHasEachReason() throws IOException {
        List<Arguments> rows = hostile().toList();
        assertThat(rows).hasSizeGreaterThanOrEqualTo(80).doesNotHaveDuplicates();
        assertThat(rows.stream().map(row -> Reason.valueOf(String.valueOf(row.get()[0]))))
                .contains(
                        Stream.of(Reason.values())
                                .filter(reason -> reason != Reason.HTTPS_ONLY)
                                .toArray(Reason[]::new));
    }

    @ParameterizedTest
    @MethodSource("good")
    void aGoodUrlIsReadAsItIsMeant(String url, String read) {
        assertThat(AddressPolicy.publicOnly().check(url))
                .isInstanceOfSatisfying(
                        Verdict.Allowed.class,
                        allowed -> assertThat(allowed.target().url()).isEqualTo(read));
    }
}
