package ai.robutler.testkit;

import tools.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The model's message: text, a refusal, tool calls. Made by {@link Reply#text}, {@link
 * Reply#calls}, {@link Reply#refusal} and {@link Reply#choices}. A reply of one choice is repeated
 * if the request asks for several; methods that are about a choice change all choices that the
 * reply has so far.
 */
public final class MessageReply extends BaseReply<MessageReply> {

    private final List<Choice> choices;
    private final Shape shape;

    private MessageReply(List<Choice> choices, Shape shape, Delivery delivery) {
        super(delivery);
        this.choices = List.copyOf(choices);
        this.shape = shape;
    }

    static MessageReply of(Choice choice) {
        return new MessageReply(List.of(choice), Shape.REGULAR, Delivery.PLAIN);
    }

    /** Calls these tools, and no other, next to what the reply says. */
    public MessageReply calls(Call... calls) {
        return each(choice -> choice.calls(Arrays.asList(calls)));
    }

    /**
     * Thinks first: {@code reasoning_content}, as DeepSeek, xAI and vLLM have it; streamed before
     * the text.
     */
    public MessageReply reasoning(String thought) {
        return each(choice -> choice.reasoning(thought));
    }

    /** Ends with this finish reason instead of {@code stop} or {@code tool_calls}. */
    public MessageReply finish(String reason) {
        return each(choice -> choice.finish(new Finish.Reason(reason)));
    }

    /** Ends without a finish reason: null in a complete answer, never given in a stream. */
    public MessageReply noFinish() {
        return each(choice -> choice.finish(new Finish.Never()));
    }

    /** Has log probabilities: one token for each piece of text. */
    public MessageReply logprobs() {
        return each(Choice::logged);
    }

    /**
     * Streams text and arguments in pieces of so many characters (code points), instead of 4.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public MessageReply inPiecesOf(int characters) {
        return shaped(shape.pieceSize(characters));
    }

    /**
     * Took so many tokens. Without this, the numbers are estimated from the lengths of the texts.
     */
    public MessageReply usage(int promptTokens, int completionTokens) {
        return shaped(shape.usage(Usages.of(promptTokens, completionTokens)));
    }

    /** Has this JSON as {@code usage}, with whatever details you want. */
    public MessageReply usage(String json) {
        return shaped(shape.usage(Json.parse(json)));
    }

    /** Tells the usage there, instead of {@link UsagePlace#AS_ASKED}. */
    public MessageReply usageIn(UsagePlace place) {
        return shaped(shape.usagePlace(place));
    }

    /** With these oddities, in addition to those it has. */
    public MessageReply odd(Oddity... oddities) {
        return odd(Arrays.asList(oddities));
    }

    /** With these oddities, in addition to those it has. */
    public MessageReply odd(Collection<Oddity> oddities) {
        return shaped(shape.odd(Set.copyOf(oddities)));
    }

    /**
     * With another field in the complete answer, or in each chunk, next to {@code id} and {@code
     * model}; it may also replace one of those. The value is anything that Jackson can write.
     */
    public MessageReply with(String field, Object value) {
        return shaped(shape.field(field, Json.tree(value)));
    }

    /**
     * With another field in the choice, next to {@code finish_reason}; in a stream in each of its
     * chunks.
     */
    public MessageReply choiceField(String field, Object value) {
        JsonNode node = Json.tree(value);
        return each(choice -> choice.choiceField(field, node));
    }

    /**
     * With another field in the message, next to {@code content}; in a stream whole, in a delta
     * before the text.
     */
    public MessageReply messageField(String field, Object value) {
        JsonNode node = Json.tree(value);
        return each(choice -> choice.messageField(field, node));
    }

    List<Choice> choices() {
        return choices;
    }

    Shape shape() {
        return shape;
    }

    MessageReply joined(List<MessageReply> more) {
        List<Choice> all = new ArrayList<>(choices);
        more.forEach(reply -> all.addAll(reply.choices));
        return new MessageReply(all, shape, delivery());
    }

    private MessageReply each(UnaryOperator<Choice> change) {
        return new MessageReply(choices.stream().map(change).toList(), shape, delivery());
    }

    private MessageReply shaped(Shape other) {
        return new MessageReply(choices, other, delivery());
    }

    @Override
    MessageReply by(Delivery way) {
        return new MessageReply(choices, shape, way);
    }

    @Override
    public String toString() {
        return "message " + choices;
    }
}
