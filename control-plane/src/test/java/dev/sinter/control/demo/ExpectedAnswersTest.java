package dev.sinter.control.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ExpectedAnswersTest {

    private final LoadRequest first = new LoadRequest("GET", "/1", Map.of(), null, 200);
    private final LoadRequest second = new LoadRequest("GET", "/2", Map.of(), null, 200);
    private final ExpectedAnswers answers = new ExpectedAnswers(List.of(first, second));

    @Test
    void isCompleteOnceEveryFirstAnswerIsConfirmedTwice() {
        for (int n = 0; n < 3; n++) {
            assertThat(answers.complete()).isFalse();
            answers.agrees(0, "x", true);
            answers.agrees(1, "y", true);
        }
        assertThat(answers.complete()).isTrue();
        assertThat(answers.varying()).isEmpty();
    }

    @Test
    void seesAnotherAnswerAfterLearning() {
        learn(0, "x", "x", "x");

        assertThat(answers.agrees(0, "z", false)).isFalse();
        assertThat(answers.agrees(0, "x", false)).isTrue();
    }

    @Test
    void seesAnotherAnswerWhileStillLearningOthers() {
        learn(0, "x", "x", "x");

        assertThat(answers.agrees(0, "z", true)).isFalse();
    }

    @Test
    void provesNothingByBodiesThatVaryByThemselves() {
        learn(0, "x", "z");

        assertThat(answers.varying()).containsExactly(first);
        assertThat(answers.agrees(0, "anything", false)).isTrue();
    }

    @Test
    void doesNotForgiveADifferenceWhileFusingThoughUnconfirmed() {
        learn(1, "y");

        assertThat(answers.agrees(1, "z", false)).isFalse();
    }

    private void learn(int index, String... hashes) {
        for (String hash : hashes) {
            assertThat(answers.agrees(index, hash, true)).isTrue();
        }
    }
}
