package dev.sinter.control.server;

import dev.sinter.merger.CompatibilityReport;
import dev.sinter.merger.Tier;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which way of sharing a workload functions take: what their images allow, their owners allow and this server runs. */
final class SharedTier {

    private static final Set<Tier> RUN_HERE = EnumSet.range(Tier.IN_PROCESS, Tier.CO_PROCESS);

    private SharedTier() {}

    /** The strongest for two functions, or null if there is none. */
    static @Nullable Tier of(Function first, Function second, CompatibilityReport.PairReport pair) {
        return strongest(pair.tier(), List.of(first, second));
    }

    /** The strongest for all members of a group, or null if there is none. */
    static @Nullable Tier of(Collection<Function> members, CompatibilityReport report) {
        List<String> names = members.stream().map(Function::name).toList();
        Tier images = report.pairs().stream()
                .filter(pair -> names.contains(pair.first()) && names.contains(pair.second()))
                .map(CompatibilityReport.PairReport::tier)
                .reduce(Tier.IN_PROCESS, Tier::and);
        return strongest(images, members);
    }

    private static @Nullable Tier strongest(Tier images, Collection<Function> members) {
        return Arrays.stream(Tier.values())
                .filter(RUN_HERE::contains)
                .filter(tier -> tier.compareTo(images) >= 0)
                .filter(tier ->
                        members.stream().allMatch(member -> member.tiers().contains(tier)))
                .findFirst()
                .orElse(null);
    }
}
