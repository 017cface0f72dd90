package ai.robutler.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.robutler.core.Json;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

@Timeout(20)
class WeatherSkillTest {
    private static final String OSLO =
            """
            {"results":[{"name":"Oslo","latitude":59.91273,"longitude":10.74609,
             "country":"Norway","country_code":"NO","admin1":"Oslo"}]}""";
    private static final String PARIS =
            """
            {"results":[
             {"name":"Paris","latitude":48.85,"longitude":2.35,"country":"France",
              "country_code":"FR","admin1":"Île-de-France"},
             {"name":"Paris","latitude":33.66,"longitude":-95.55,"country":"United States",
              "country_code":"US","admin1":"Texas"}]}""";
    private static final String NOW =
            """
            {"current":{"time":"2026-01-31T12:00","temperature_2m":-3.4,
             "apparent_temperature":-8.0,"relative_humidity_2m":81,"precipitation":0.20,
             "weather_code":73,"wind_speed_10m":12.6}}""";
    private static final String DAYS =
            """
            {"daily":{"time":["2026-01-31","2026-02-01"],"weather_code":[3,61],
             "temperature_2m_max":[-1.5,2.0],"temperature_2m_min":[-7.1,-2.2],
             "precipitation_sum":[0.0,4.1],"precipitation_probability_max":[10,null]}}""";

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch end = new CountDownLatch(1);
    private final CountDownLatch asked = new CountDownLatch(1);
    private final List<String> questions = new CopyOnWriteArrayList<>();
    private volatile String places = OSLO;
    private volatile String weather = NOW;
    private volatile int status = 200;
    private volatile boolean silent;
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/search", exchange -> answer(exchange, 200, places));
        server.createContext("/v1/forecast", this::forecast);
        server.setExecutor(threads);
        server.start();
    }

    @AfterEach
    void stop() {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private void forecast(HttpExchange exchange) throws IOException {
        asked.countDown();
        if (silent) {
            await(end);
        }
        answer(exchange, status, weather);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(15, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer(HttpExchange exchange, int status, String body) throws IOException {
        questions.add(exchange.getRequestURI().toString());
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        try (var out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    private WeatherSkill skill() {
        return skill(Duration.ofSeconds(10));
    }

    private WeatherSkill skill(Duration timeout) {
        String address = "http://127.0.0.1:" + server.getAddress().getPort();
        return new WeatherSkill(new OpenMeteo(address, address, timeout));
    }

    private static String json(Object report) {
        return Json.write(Json.tree(report));
    }

    @Test
    void tellsTheWeatherNow() throws Exception {
        assertThat(json(skill().currentWeather("Oslo")))
                .isEqualTo(
                        """
                        {"place":"Oslo, Norway","localTime":"2026-01-31T12:00","sky":"snow",\
                        "temperatureCelsius":-3.4,"feelsLikeCelsius":-8.0,"humidityPercent":81,\
                        "precipitationMillimetres":0.20,"windKilometresPerHour":12.6}""");
        assertThat(questions.get(0)).contains("name=oslo").contains("count=1");
        assertThat(questions.get(1))
                .contains("latitude=59.91273")
                .contains("longitude=10.74609")
                .contains("timezone=auto")
                .contains("current=temperature_2m,");
    }

    @Test
    void tellsTheDaysToCome() throws Exception {
        weather = DAYS;
        assertThat(json(skill().forecast("Oslo", 2)))
                .isEqualTo(
                        """
                        {"place":"Oslo, Norway","days":[{"date":"2026-01-31","sky":"overcast",\
                        "highestCelsius":-1.5,"lowestCelsius":-7.1,\
                        "precipitationMillimetres":0.0,"precipitationProbabilityPercent":10},\
                        {"date":"2026-02-01","sky":"light rain","highestCelsius":2.0,\
                        "lowestCelsius":-2.2,"precipitationMillimetres":4.1,\
                        "precipitationProbabilityPercent":null}]}""");
        assertThat(questions.get(1)).contains("forecast_days=2").contains("daily=weather_code,");
    }

    @Test
    void encodesWhatItIsAsked() throws Exception {
        skill().currentWeather("São Paulo & more?latitude=1#x");
        assertThat(questions.get(0)).endsWith("&name=s%C3%A3o+paulo+%26+more%3Flatitude%3D1%23x");
    }

    @Test
    void choosesTheRegionAfterTheComma() throws Exception {
        places = PARIS;
        assertThat(json(skill().currentWeather("Paris, Texas")))
                .contains("Paris, Texas, United States");
        assertThat(json(skill().currentWeather("Paris, France"))).contains("Île-de-France");
        assertThat(json(skill().currentWeather("Paris, Nowhere"))).contains("France");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"generationtime_ms\":0.5}", "{\"results\":[]}"})
    void saysThatAPlaceIsNotKnown(String answer) throws Exception {
        places = answer;
        assertThat(json(skill().currentWeather("Atlantis")))
                .isEqualTo(
                        "{\"answer\":\"No place called 'Atlantis' is known; ask for a larger one"
                                + " nearby.\"}");
        assertThat(json(skill().forecast(" , ", 3))).contains("is known");
        assertThat(questions).noneMatch(question -> question.startsWith("/v1/forecast"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 17, -1})
    void refusesOtherNumbersOfDays(int days) {
        assertThatThrownBy(() -> skill().forecast("Oslo", days))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("days must be 1 to 16, not " + days);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 429, 404, 301})
    void saysThatTheServiceCannotAnswer(int failure) {
        status = failure;
        assertThatThrownBy(() -> skill().currentWeather("Oslo"))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "The weather service cannot answer now (status "
                                + failure
                                + "); try again later.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<html>",
                "",
                "[]",
                "{}",
                "{\"current\":{\"time\":\"x\",\"weather_code\":null}}",
                "{\"current\":[]}",
                "{\"daily\":{\"time\":[1]}}"
            })
    void saysThatTheAnswerMakesNoSense(String garbage) {
        weather = garbage;
        assertThatThrownBy(() -> skill().currentWeather("Oslo"))
                .isInstanceOf(IOException.class)
                .hasMessage("The weather service gave an answer that makes no sense.");
        assertThatThrownBy(() -> skill().forecast("Oslo", 3))
                .hasMessage("The weather service gave an answer that makes no sense.");
    }

    @Test
    void doesNotReadEndlessAnswers() {
        weather = "{\"x\":\"" + "x".repeat(2 << 20) + "\"}";
        assertThatThrownBy(() -> skill().currentWeather("Oslo")).isInstanceOf(IOException.class);
    }

    @Test
    void saysThatTheServiceIsSilent() {
        silent = true;
        assertThatThrownBy(() -> skill(Duration.ofMillis(500)).currentWeather("Oslo"))
                .isInstanceOf(IOException.class)
                .hasMessage("The weather service did not answer within 500 ms.");
    }

    @Test
    void saysThatTheServiceCannotBeReached() throws Exception {
        // A port that nobody else can get, and where nobody listens.
        try (var silent = new Socket()) {
            silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            String address = "http://127.0.0.1:" + silent.getLocalPort();
            var skill = new WeatherSkill(new OpenMeteo(address, address, Duration.ofSeconds(5)));
            assertThatThrownBy(() -> skill.currentWeather("Oslo"))
                    .isInstanceOf(IOException.class)
                    .hasMessage("The weather service cannot be reached.");
        }
    }

    @Test
    void endsWhenItIsInterrupted() throws Exception {
        silent = true;
        WeatherSkill skill = skill();
        var call = new FutureTask<>(() -> skill.currentWeather("Oslo"));
        Thread caller = Thread.ofVirtual().name("caller").start(call);
        await(asked);
        caller.interrupt();
        assertThatThrownBy(() -> call.get(5, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(InterruptedException.class);
    }

    @Test
    void wordsEveryCodeThatTheServiceUses() {
        for (int code :
                new int[] {
                    0, 1, 2, 3, 45, 48, 51, 53, 55, 56, 57, 61, 63, 65, 66, 67, 71, 73, 75, 77, 80,
                    81, 82, 85, 86, 95, 96, 99
                }) {
            assertThat(Sky.words(code)).doesNotContain("code");
        }
        assertThat(Sky.words(42)).isEqualTo("weather code 42");
    }
}
