package ai.robutler.langchain4j;

import ai.robutler.core.ApiException;
import ai.robutler.core.Json;
import ai.robutler.core.JsonSyntaxException;
import ai.robutler.core.ProviderException;

import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.ContentFilteredException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.exception.TimeoutException;
import dev.langchain4j.exception.UnsupportedFeatureException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import tools.jackson.databind.JsonNode;

import java.time.Duration;

/** LangChain4j's exceptions as ours. Only words about the request itself are passed on. */
final class Failures {
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);
    private static final String NAME = LangChain4jFactory.NAME;

    private Failures() {}

    static ApiException of(Throwable cause) {
        LOG.warn("langchain4j: {}", cause.toString());
        return switch (cause) {
            case ApiException ours -> ours;
            case AuthenticationException _ ->
                    ProviderException.refused(NAME, "refused the server's credentials");
            case ModelNotFoundException _ ->
                    ProviderException.refused(NAME, "does not know the model");
            case RateLimitException _ -> ProviderException.rateLimited(NAME, Duration.ZERO);
            case TimeoutException _ -> ProviderException.timedOut(NAME, "did not answer in time");
            case ContentFilteredException e -> rejected(e, "content_filter");
            case InvalidRequestException e -> rejected(e, "");
            case UnsupportedFeatureException e -> rejected(e, "unsupported_feature");
            default -> ProviderException.failed(NAME, "failed", cause);
        };
    }

    /** Providers' bodies come as the message, JSON and all. */
    private static ProviderException rejected(RuntimeException e, String code) {
        String text = e.getMessage() == null ? "" : e.getMessage();
        try {
            JsonNode error = Json.parseObject(text).path("error");
            if (error.path("message").isString()) {
                return ProviderException.rejected(
                        error.path("message").stringValue(),
                        error.path("code").asString(code),
                        error.path("param").asString(""));
            }
        } catch (JsonSyntaxException plain) {
            LOG.debug("a message in plain words: {}", plain.getMessage());
        }
        return ProviderException.rejected(
                text.isBlank() ? "The model rejected the request." : text, code, "");
    }
}
