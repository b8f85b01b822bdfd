package dev.sinter.collector.observation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinter.planner.graph.CallKind;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class KindRuleTest {

    @Test
    void blocking_after94CleanCalls_notBefore() {
        assertThat(KindRule.label(waitedFor(93)).kind()).isEqualTo(CallKind.UNKNOWN);
        KindRule.Label label = KindRule.label(waitedFor(94));
        assertThat(label.kind()).isEqualTo(CallKind.BLOCKING);
        assertThat(label.confidence()).isGreaterThanOrEqualTo(0.99);
        assertThat(label.samples()).isEqualTo(94);
        assertThat(label.share()).isEqualTo(1);
    }

    @Test
    void oneOutlived_takesTheLabelBack_66CleanCallsEarnItAgain() {
        KindEvidence evidence = waitedFor(1000);
        evidence.tried(true, 1);
        assertThat(KindRule.label(evidence).kind()).isEqualTo(CallKind.UNKNOWN);
        evidence.add(waitedFor(65));
        assertThat(KindRule.label(evidence).kind()).isEqualTo(CallKind.UNKNOWN);
        evidence.add(waitedFor(1));
        assertThat(KindRule.label(evidence).kind()).isEqualTo(CallKind.BLOCKING);
    }

    @Test
    void half_isParallel_andNoneIsAsync_butNeverForCertain() {
        KindEvidence half = waitedFor(100);
        half.add(notWaitedFor(100));
        assertThat(KindRule.label(half).kind()).isEqualTo(CallKind.PARALLEL);
        KindRule.Label none = KindRule.label(notWaitedFor(200));
        assertThat(none.kind()).isEqualTo(CallKind.ASYNC);
        assertThat(none.confidence()).isLessThan(0.95);
    }

    @Test
    void neitherSomeNorNone_isUnknown() {
        KindEvidence evidence = waitedFor(3);
        evidence.add(notWaitedFor(95));
        assertThat(KindRule.label(evidence).kind()).isEqualTo(CallKind.UNKNOWN);
    }

    @Test
    void counting_needsAsManyCoversAsCoveredCallsWouldShow() {
        assertThat(KindRule.label(counted(150, 200, 0.75)).kind()).isEqualTo(CallKind.ASYNC);
        assertThat(KindRule.label(counted(100, 200, 0.75)).kind()).isEqualTo(CallKind.UNKNOWN);
        assertThat(KindRule.label(counted(70, 93, 0.75)).kind()).isEqualTo(CallKind.UNKNOWN);
    }

    @Property
    void mergingSlices_isAddingUp_whereverTheCut(@ForAll long seed, @ForAll @IntRange(max = 300) int cut) {
        KindEvidence whole = new KindEvidence();
        KindEvidence first = new KindEvidence();
        KindEvidence second = new KindEvidence();
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            boolean outlived = random.nextInt(100) == 0;
            whole.tried(outlived, i);
            (i < cut ? first : second).tried(outlived, i);
        }
        first.add(second);
        assertThat(first.tried).isEqualTo(whole.tried);
        assertThat(first.outlived).isEqualTo(whole.outlived);
        assertThat(first.sinceOutlived).isEqualTo(whole.sinceOutlived);
        assertThat(first.lastOutlivedNanos).isEqualTo(whole.lastOutlivedNanos);
    }

    private static KindEvidence waitedFor(int calls) {
        KindEvidence evidence = new KindEvidence();
        for (int i = 0; i < calls; i++) {
            evidence.tried(false, 0);
            evidence.placed(true, 10 + i % 7, 12 + i % 7);
        }
        return evidence;
    }

    private static KindEvidence notWaitedFor(int calls) {
        KindEvidence evidence = new KindEvidence();
        for (int i = 0; i < calls; i++) {
            evidence.tried(false, 0);
            evidence.placed(false, 10, 0);
        }
        return evidence;
    }

    private static KindEvidence counted(int covered, int calls, double expected) {
        KindEvidence evidence = new KindEvidence();
        for (int i = 0; i < calls; i++) {
            evidence.counted(i < covered, expected);
        }
        return evidence;
    }
}
