package ai.robutler.examples;

import ai.robutler.core.Param;
import ai.robutler.core.Settings;
import ai.robutler.core.SkillFactory;
import ai.robutler.core.Tool;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The weather now and in the days to come, by <a href="https://open-meteo.com">Open-Meteo</a>. */
public final class WeatherSkill {

    /**
     * Makes the skill {@code weather}. Settings: {@code base-url} of the forecasts, {@code
     * geocoding-url} of the places, {@code timeout} of one question to either, 10 s by default.
     */
    public static final class Factory implements SkillFactory {
        @Override
        public String name() {
            return "weather";
        }

        @Override
        public Object create(Settings settings) {
            return new WeatherSkill(
                    new OpenMeteo(
                            address(settings, "base-url", "https://api.open-meteo.com"),
                            address(
                                    settings,
                                    "geocoding-url",
                                    "https://geocoding-api.open-meteo.com"),
                            timeout(settings)));
        }

        private static String address(Settings settings, String key, String fallback) {
            String address = settings.text(key, fallback);
            try {
                var uri = new URI(address);
                boolean isWeb = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
                if (isWeb && uri.getHost() != null && uri.getRawQuery() == null) {
                    return address.replaceFirst("/+$", "");
                }
            } catch (URISyntaxException e) {
                // Told below, as any other address that cannot be.
            }
            settings.problem(key, "must be an address such as " + fallback);
            return fallback;
        }

        private static Duration timeout(Settings settings) {
            var fallback = Duration.ofSeconds(10);
            Duration timeout = settings.duration("timeout", fallback);
            if (timeout.isPositive()) {
                return timeout;
            }
            settings.problem("timeout", "must be longer than nothing, such as 10s");
            return fallback;
        }
    }

    /** What is known of a place's weather, or that the place is not known. */
    sealed interface Report permits Current, Forecast, UnknownPlace {}

    record Current(
            String place,
            String localTime,
            String sky,
            BigDecimal temperatureCelsius,
            BigDecimal feelsLikeCelsius,
            BigDecimal humidityPercent,
            BigDecimal precipitationMillimetres,
            BigDecimal windKilometresPerHour)
            implements Report {}

    record Forecast(String place, List<Day> days) implements Report {
        Forecast {
            days = List.copyOf(days);
        }
    }

    record Day(
            String date,
            String sky,
            BigDecimal highestCelsius,
            BigDecimal lowestCelsius,
            BigDecimal precipitationMillimetres,
            Optional<BigDecimal> precipitationProbabilityPercent) {}

    record UnknownPlace(String answer) implements Report {
        static UnknownPlace of(String place) {
            return new UnknownPlace(
                    "No place called '" + place + "' is known; ask for a larger one nearby.");
        }
    }

    private final OpenMeteo service;

    WeatherSkill(OpenMeteo service) {
        this.service = service;
    }

    @Tool(description = "Tells the weather at a place as it is now.")
    Report currentWeather(@Param("a city, such as Oslo or Paris, Texas") String place)
            throws IOException, InterruptedException {
        Optional<Place> found = service.find(place);
        return found.isEmpty() ? UnknownPlace.of(place) : service.current(found.get());
    }

    @Tool(description = "Tells the weather at a place day by day, from today on.")
    Report forecast(
            @Param("a city, such as Oslo or Paris, Texas") String place,
            @Param(value = "how many days, 1 to 16", defaultValue = "3") int days)
            throws IOException, InterruptedException {
        if (days < 1 || days > 16) {
            throw new IllegalArgumentException("days must be 1 to 16, not " + days);
        }
        Optional<Place> found = service.find(place);
        return found.isEmpty() ? UnknownPlace.of(place) : service.forecast(found.get(), days);
    }
}
