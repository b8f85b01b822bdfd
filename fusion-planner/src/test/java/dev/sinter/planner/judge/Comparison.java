package dev.sinter.planner.judge;

/** A made-up comparison of two arms, bucket by bucket. */
interface Comparison {
    PairedBucket next();
}
