package dev.sinter.control.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BodiesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\": {\"b\": 1}} | {\"a\": {\"b\": 2}} | at /a/b",
                "{\"a\": [1, 2]}     | {\"a\": [1, 3]}     | at /a/1",
                "{\"a\": [1, 2]}     | {\"a\": [1]}        | at /a",
                "{\"a\": 1}          | {\"b\": 1}          | at /a",
                "{\"a\": 1}          | {\"a\": 1, \"b\": 1}| at /",
                "[]                  | {}                  | at /",
                "{\"a\": 1}          | {\"a\":1}           | from byte 5",
                "{\"a\": 1}          | no json             | from byte 0"
            })
    void saysWhereJsonDiffersAndNotWhatItSays(String original, String fused, String where) {
        assertThat(Bodies.difference(json(original), json(fused))).isEqualTo(where);
    }

    @Test
    void saysFromWhichByteOtherBodiesDiffer() {
        assertThat(Bodies.difference(answer("text/plain", "abc"), answer("text/plain", "abd")))
                .isEqualTo("from byte 2");
        assertThat(Bodies.difference(answer("text/plain", "abc"), answer("text/plain", "abc")))
                .isNull();
    }

    @Test
    void findsValuesOfOneShapeAlike() {
        assertThat(Bodies.shapeDifference(
                        json("{\"at\": 1, \"ids\": [1, 2, 3], \"x\": {\"y\": \"z\"}}"),
                        json("{\"at\": 9, \"ids\": [7], \"x\": {\"y\": \"q\"}}")))
                .isNull();
    }

    @Test
    void findsAnotherShape() {
        assertThat(Bodies.shapeDifference(json("{\"at\": 1}"), json("{\"at\": \"1\"}")))
                .isEqualTo("in shape at /at");
        assertThat(Bodies.shapeDifference(json("{\"at\": 1}"), answer("text/html", "oops")))
                .isEqualTo("in kind");
        assertThat(Bodies.shapeDifference(answer("text/plain", "x"), answer("text/plain", "")))
                .isEqualTo("in kind");
    }

    private static Answer json(String body) {
        return answer("application/json; charset=utf-8", body);
    }

    private static Answer answer(String contentType, String body) {
        return new Answer(200, Map.of("content-type", List.of(contentType)), body.getBytes(StandardCharsets.UTF_8));
    }
}
