package dev.sinter.e2e.pair;

import dev.sinter.merger.Tier;
import org.jspecify.annotations.Nullable;

/**
 * How the pair runs.
 *
 * @param tier null for two plain containers
 */
record Way(String name, @Nullable Tier tier) {

    static final Way ALONE = new Way("two containers", null);
    static final Way IN_PROCESS = new Way("IN_PROCESS", Tier.IN_PROCESS);
    static final Way FORKED = new Way("FORKED", Tier.FORKED);
}
