package dev.sinter.planner.judge;

/**
 * Judges one running comparison bucket by bucket; its answers hold at any time of looking. Not safe for use by several
 * threads.
 */
public final class Judge {
    private static final Effect UNKNOWN = new Effect(Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

    private final JudgePolicy policy;
    private Judgement latest =
            new Judgement(Verdict.UNDECIDED, JudgeReason.COLLECTING, UNKNOWN, UNKNOWN, UNKNOWN, 0, 0);

    public Judge(JudgePolicy policy) {
        this.policy = policy;
    }

    /** The policy that this judge holds to. */
    public JudgePolicy policy() {
        return policy;
    }

    /** Takes the next bucket and says what holds after it. Buckets come in order of time. */
    public Judgement add(PairedBucket bucket) {
        return latest;
    }

    /** What held after the last bucket. */
    public Judgement latest() {
        return latest;
    }
}
