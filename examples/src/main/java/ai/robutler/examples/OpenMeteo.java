package ai.robutler.examples;

import ai.robutler.core.Json;
import ai.robutler.core.JsonSyntaxException;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Open-Meteo's two APIs: places by name, and their weather. Each question ends after the time-out
 * or an interrupt. What goes wrong is an {@link IOException} worded for whoever asked.
 *
 * <p>Source of the formats: open-meteo.com/en/docs and open-meteo.com/en/docs/geocoding-api.
 */
final class OpenMeteo {
    private static final int MAX_ANSWER = 1 << 20;

    private final String forecasts;
    private final String places;
    private final Duration timeout;

    /** Made for the first question: to read an agent's file takes none. */
    private static final class Web {
        static final HttpClient CLIENT =
                HttpClient.newBuilder()
                        .executor(
                                Executors.newThreadPerTaskExecutor(
                                        Thread.ofVirtual().name("weather-", 0).factory()))
                        .connectTimeout(Duration.ofSeconds(10))
                        .build();
    }

    OpenMeteo(String forecasts, String places, Duration timeout) {
        this.forecasts = forecasts;
        this.places = places;
        this.timeout = timeout;
    }

    /** The place; of several with one name that whose region or country follows a comma. */
    Optional<Place> find(String name) throws IOException, InterruptedException {
        List<String> parts =
                Arrays.stream(name.split(","))
                        .map(part -> part.strip().toLowerCase(Locale.ROOT))
                        .filter(part -> !part.isEmpty())
                        .toList();
        if (parts.isEmpty()) {
            return Optional.empty();
        }
        JsonNode results =
                ask(places
                                + "/v1/search?language=en&format=json&count="
                                + (parts.size() == 1 ? 1 : 10)
                                + "&name="
                                + URLEncoder.encode(parts.getFirst(), StandardCharsets.UTF_8))
                        .path("results");
        if (results.isEmpty()) {
            return Optional.empty();
        }
        List<String> regions = parts.subList(1, parts.size());
        return Optional.of(
                place(
                        results.valueStream()
                                .filter(result -> isIn(result, regions))
                                .findFirst()
                                .orElse(results.get(0))));
    }

    private static boolean isIn(JsonNode result, List<String> regions) {
        return Stream.of("admin1", "country", "country_code")
                .map(field -> result.path(field).asString("").toLowerCase(Locale.ROOT))
                .anyMatch(regions::contains);
    }

    private static Place place(JsonNode result) throws IOException {
        var names = new ArrayList<String>();
        for (String field : List.of("name", "admin1", "country")) {
            String part = result.path(field).asString("");
            if (!part.isEmpty() && !names.contains(part)) {
                names.add(part);
            }
        }
        return new Place(
                String.join(", ", names),
                number(result.path("latitude")),
                number(result.path("longitude")));
    }

    WeatherSkill.Current current(Place place) throws IOException, InterruptedException {
        JsonNode now =
                ask(at(place)
                                + "&current=temperature_2m,apparent_temperature,"
                                + "relative_humidity_2m,precipitation,weather_code,"
                                + "wind_speed_10m")
                        .path("current");
        return new WeatherSkill.Current(
                place.name(),
                text(now.path("time")),
                Sky.words(number(now.path("weather_code")).intValue()),
                number(now.path("temperature_2m")),
                number(now.path("apparent_temperature")),
                number(now.path("relative_humidity_2m")),
                number(now.path("precipitation")),
                number(now.path("wind_speed_10m")));
    }

    WeatherSkill.Forecast forecast(Place place, int days) throws IOException, InterruptedException {
        JsonNode daily =
                ask(at(place)
                                + "&forecast_days="
                                + days
                                + "&daily=weather_code,temperature_2m_max,"
                                + "temperature_2m_min,precipitation_sum,"
                                + "precipitation_probability_max")
                        .path("daily");
        var list = new ArrayList<WeatherSkill.Day>();
        for (int i = 0; i < daily.path("time").size(); i++) {
            JsonNode probability = daily.path("precipitation_probability_max").path(i);
            list.add(
                    new WeatherSkill.Day(
                            text(daily.path("time").path(i)),
                            Sky.words(number(daily.path("weather_code").path(i)).intValue()),
                            number(daily.path("temperature_2m_max").path(i)),
                            number(daily.path("temperature_2m_min").path(i)),
                            number(daily.path("precipitation_sum").path(i)),
                            probability.isNumber()
                                    ? Optional.of(probability.decimalValue())
                                    : Optional.empty()));
        }
        if (list.isEmpty()) {
            throw odd();
        }
        return new WeatherSkill.Forecast(place.name(), list);
    }

    private String at(Place place) {
        return forecasts
                + "/v1/forecast?timezone=auto&latitude="
                + place.latitude().toPlainString()
                + "&longitude="
                + place.longitude().toPlainString();
    }

    private ObjectNode ask(String question) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(HttpRequest.newBuilder(URI.create(question)).build());
        if (answer.statusCode() != 200) {
            throw new IOException(
                    "The weather service cannot answer now (status "
                            + answer.statusCode()
                            + "); try again later.");
        }
        try {
            return Json.parseObject(answer.body());
        } catch (JsonSyntaxException e) {
            throw odd();
        }
    }

    private HttpResponse<String> send(HttpRequest request)
            throws IOException, InterruptedException {
        var body =
                HttpResponse.BodyHandlers.limiting(
                        HttpResponse.BodyHandlers.ofString(), MAX_ANSWER);
        var answer = Web.CLIENT.sendAsync(request, body);
        try {
            return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException(
                    "The weather service did not answer within "
                            + (timeout.toMillis() < 1000
                                    ? timeout.toMillis() + " ms."
                                    : timeout.toSeconds() + " s."));
        } catch (ExecutionException e) {
            throw new IOException("The weather service cannot be reached.", e.getCause());
        } finally {
            answer.cancel(true);
        }
    }

    private static BigDecimal number(JsonNode node) throws IOException {
        if (!node.isNumber()) {
            throw odd();
        }
        return node.decimalValue();
    }

    private static String text(JsonNode node) throws IOException {
        if (!node.isString()) {
            throw odd();
        }
        return node.stringValue();
    }

    private static IOException odd() {
        return new IOException("The weather service gave an answer that makes no sense.");
    }
}
