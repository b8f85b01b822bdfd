package dev.sinter.planner.judge;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Judges one running comparison bucket by bucket. Its answers hold at any time of looking: the probability that it ever
 * errs is what the policy says. Not safe for use by several threads.
 *
 * <p>Five streams of evidence run side by side. Errors may end the comparison in the first bucket; latency, tail and
 * cost count after warm-up. {@code BETTER} needs less latency or less cost proven, nothing else proven worse, and a
 * rise of errors (and of latency, if cost is what got better) ruled out. {@code WORSE} is final; {@code BETTER} and
 * {@code EQUIVALENT} can still turn {@code WORSE}.
 */
public final class Judge {
    private static final double FOR_LATENCY = 0.75;
    private static final double FOR_COST = 0.25;
    private static final double FOR_TAIL = 0.1;
    private static final double FOR_LATENCY_RISE = 0.6;
    private static final double FOR_COST_RISE = 0.2;
    /** Two blocks say little of how blocks vary: only a clear slowdown counts. */
    private static final double WHILE_FEW = 0.01;

    private static final double BURST_SHARE = 0.5;
    /** Variance of a log latency times requests per arm of a fixed-size test, per squared effect (90 % power). */
    private static final double FIXED_SIZE = 17.1;

    private static final double FUTILE_FACTOR = 3;

    private final JudgePolicy policy;
    private final LatencyStream latency;
    private final CostStream cost = new CostStream();
    private final ErrorStream errors = new ErrorStream();
    private final TailStream tail;
    private final SampleRatio ratio = new SampleRatio();
    private @Nullable Instant firstStart;
    private Instant weightChanged = Instant.MIN;
    private double weight = Double.NaN;
    private long fusedRequests;
    private ArmBucket originalBlock = ArmBucket.EMPTY;
    private ArmBucket fusedBlock = ArmBucket.EMPTY;
    private int blocks;
    private long originalCounted;
    private long fusedCounted;
    private Judgement latest = new Judgement(
            Verdict.UNDECIDED, JudgeReason.COLLECTING, Effect.UNKNOWN, Effect.UNKNOWN, Effect.UNKNOWN, 0, 0);

    public Judge(JudgePolicy policy) {
        this.policy = policy;
        latency = new LatencyStream(policy.expectedEffect());
        tail = new TailStream(policy.tailMargin());
    }

    /** Takes the next bucket and says what holds after it. Buckets come in order of time. */
    public Judgement add(PairedBucket bucket) {
        Instant first = firstStart == null ? bucket.start() : firstStart;
        firstStart = first;
        if (bucket.fusedWeight() != weight) {
            countBlock();
            weightChanged = Double.isNaN(weight) ? Instant.MIN : bucket.start();
            weight = bucket.fusedWeight();
        }
        ArmBucket original = bucket.original();
        ArmBucket fused = bucket.fused();
        errors.add(original, fused);
        boolean warm = !bucket.start().isBefore(first.plus(policy.warmUp()))
                && fusedRequests >= policy.warmUpRequests()
                && !isSettling(bucket.start());
        fusedRequests += fused.requests();
        if (warm) {
            ratio.add(bucket);
        }
        if (warm) {
            originalBlock = originalBlock.plus(original);
            fusedBlock = fusedBlock.plus(fused);
            if (Math.min(originalBlock.requests(), fusedBlock.requests()) >= policy.blockRequests()) {
                countBlock();
            }
        }
        Duration elapsed = Duration.between(first, bucket.start().plus(bucket.length()));
        latest = judge(fused, elapsed);
        return latest;
    }

    /** What held after the last bucket. */
    public Judgement latest() {
        return latest;
    }

    private void countBlock() {
        if (originalBlock.requests() > 0 && fusedBlock.requests() > 0) {
            latency.add(originalBlock, fusedBlock);
            cost.add(originalBlock, fusedBlock, latency.requestVariance());
            tail.add(originalBlock, fusedBlock);
            blocks++;
            originalCounted += originalBlock.requests();
            fusedCounted += fusedBlock.requests();
        }
        originalBlock = ArmBucket.EMPTY;
        fusedBlock = ArmBucket.EMPTY;
    }

    private boolean isSettling(Instant start) {
        return weightChanged.isAfter(Instant.MIN) && start.isBefore(weightChanged.plus(policy.settle()));
    }

    private Judgement judge(ArmBucket lastFused, Duration elapsed) {
        Effect latencyEffect = latency.effect(policy.falseRollbacks());
        Effect costEffect = cost.effect(policy.falseRollbacks());
        Effect errorEffect = errors.effect(policy.falseRollbacks());
        JudgeReason reason = worse(lastFused);
        Verdict verdict = Verdict.WORSE;
        if (latest.verdict() == Verdict.WORSE) {
            reason = latest.reason();
        } else if (reason == null && latest.verdict() != Verdict.UNDECIDED) {
            verdict = latest.verdict();
            reason = latest.reason();
        } else if (reason == null) {
            reason = better(latencyEffect, errorEffect);
            verdict = Verdict.BETTER;
        }
        if (reason == null) {
            reason = equivalent(latencyEffect, costEffect, elapsed);
            verdict = reason == null ? Verdict.UNDECIDED : Verdict.EQUIVALENT;
        }
        return new Judgement(
                verdict,
                reason == null ? JudgeReason.COLLECTING : reason,
                latencyEffect,
                errorEffect,
                costEffect,
                blocks,
                Math.min(originalCounted, fusedCounted));
    }

    private @Nullable JudgeReason worse(ArmBucket lastFused) {
        if (errors.evidenceOfMore() >= 1 / policy.falseErrorAlarms()) {
            boolean burst = lastFused.errors() > BURST_SHARE * lastFused.requests();
            return burst ? JudgeReason.ERROR_BURST : JudgeReason.ERRORS_WORSE;
        }
        boolean few = blocks < policy.minBlocks();
        if (blocks > 1
                && latency.evidenceOfMore() * (few ? WHILE_FEW : FOR_LATENCY_RISE) >= 1 / policy.falseRollbacks()
                && latency.estimate() > Math.log1p(policy.latencyMargin())) {
            return JudgeReason.LATENCY_WORSE;
        }
        if (few) {
            return null;
        }
        if (ratio.isWrong(policy.falseErrorAlarms())) {
            return JudgeReason.SAMPLE_RATIO;
        }
        if (tail.evidenceOfMore() * FOR_TAIL >= 1 / policy.falseRollbacks()) {
            return JudgeReason.TAIL_WORSE;
        }
        boolean latencyMayPay = latency.evidenceOfLess() * FOR_LATENCY >= 1 / policy.falsePromotions();
        boolean costs = !cost.isEmpty()
                && cost.estimate() > policy.costMargin()
                && cost.evidenceOfMore() * FOR_COST_RISE >= 1 / policy.falseRollbacks();
        return costs && !latencyMayPay ? JudgeReason.COST_WORSE : null;
    }

    private @Nullable JudgeReason better(Effect latencyEffect, Effect errorEffect) {
        boolean failsMore = errorEffect.high() > policy.errorTolerance() + errors.originalShare();
        if (blocks < policy.minBlocks() || failsMore) {
            return null;
        }
        if (latency.estimate() < Math.log1p(-policy.latencyMargin())
                && latency.evidenceOfLess() * FOR_LATENCY >= 1 / policy.falsePromotions()) {
            return JudgeReason.LATENCY_BETTER;
        }
        boolean cheaper = !cost.isEmpty()
                && cost.estimate() < -policy.costMargin()
                && cost.evidenceOfLess() * FOR_COST >= 1 / policy.falsePromotions();
        return cheaper && latencyEffect.high() <= policy.latencyTolerance() ? JudgeReason.COST_BETTER : null;
    }

    private @Nullable JudgeReason equivalent(Effect latencyEffect, Effect costEffect, Duration elapsed) {
        if (latencyEffect.isWithin(policy.latencyMargin()) && costEffect.isWithin(policy.costMargin())) {
            return JudgeReason.WITHIN_MARGINS;
        }
        double effect = Math.log1p(-policy.expectedEffect());
        double planned = FIXED_SIZE * latency.variancePerWeight() / (effect * effect);
        boolean enough = elapsed.compareTo(policy.timeout().dividedBy(2)) >= 0
                && Math.min(originalCounted, fusedCounted) > FUTILE_FACTOR * planned;
        return enough || elapsed.compareTo(policy.timeout()) >= 0 ? JudgeReason.FUTILE : null;
    }
}
