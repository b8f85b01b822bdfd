package dev.sinter.control.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class ComparisonTest {

    private static final Answer ANSWER = answer(200, Map.of("x", "1"), "body");

    @Test
    void findsEqualAnswersEqualWhateverTheTimeAndTheFraming() {
        assertThat(differences(
                        answer(200, Map.of("x", "1", "date", "Mon", "content-length", "4"), "body"),
                        answer(
                                200,
                                Map.of("x", "1", "date", "Tue", "x-request-id", "7", "content-length", "4"),
                                "body"),
                        answer(200, Map.of("x", "1", "date", "Wed", "transfer-encoding", "chunked"), "body")))
                .isEmpty();
    }

    @Test
    void findsAnotherStatus() {
        assertThat(differences(ANSWER, ANSWER, answer(500, Map.of("x", "1"), "body")))
                .containsExactly(new Difference("SNT0851", "GET /", "status: 500 (expected: 200, as the original)"));
    }

    @Test
    void findsHeadersThatAreMissingPresentOrOther() {
        assertThat(differences(ANSWER, ANSWER, answer(200, Map.of("y", "1"), "body")))
                .extracting(Difference::message)
                .containsExactly(
                        "header x: missing (expected: as the original)",
                        "header y: present (expected: as the original)");
        assertThat(differences(ANSWER, ANSWER, answer(200, Map.of("x", "2"), "body")))
                .containsExactly(
                        new Difference("SNT0852", "GET /", "header x: another value (expected: as the original)"));
    }

    @Test
    void findsAnotherBody() {
        assertThat(differences(ANSWER, ANSWER, answer(200, Map.of("x", "1"), "bodY")))
                .containsExactly(
                        new Difference("SNT0853", "GET /", "body: differs from byte 3 (expected: as the original)"));
    }

    @Test
    void allowsWhatTheOriginalVariesByItself() {
        Answer second = answer(200, Map.of("x", "2"), "other");

        assertThat(Comparison.varies(ANSWER, second)).isTrue();
        assertThat(differences(ANSWER, second, answer(200, Map.of("x", "3"), "third")))
                .isEmpty();
    }

    @Test
    void stillFindsAnotherStatusAndAMissingBodyOfAnswersThatVary() {
        Answer second = answer(200, Map.of("x", "2"), "other");

        assertThat(differences(ANSWER, second, answer(502, Map.of(), "")))
                .extracting(Difference::code)
                .containsExactly("SNT0851", "SNT0852", "SNT0853");
    }

    @Test
    void allowsEitherStatusOfAnOriginalThatFlickers() {
        assertThat(differences(ANSWER, answer(503, Map.of("x", "1"), "body"), answer(503, Map.of("x", "1"), "body")))
                .isEmpty();
    }

    private static List<Difference> differences(Answer first, Answer second, Answer fused) {
        return Comparison.differences("GET /", first, second, fused);
    }

    private static Answer answer(int status, Map<String, String> headers, String body) {
        return new Answer(
                status,
                headers.entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, header -> List.of(header.getValue()))),
                body.getBytes(StandardCharsets.UTF_8));
    }
}
