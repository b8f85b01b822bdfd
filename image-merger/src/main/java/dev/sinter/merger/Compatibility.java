package dev.sinter.merger;

import dev.sinter.merger.CompatibilityReport.MemberFacts;
import dev.sinter.merger.CompatibilityReport.PairReport;
import dev.sinter.merger.CompatibilityReport.Reason;
import dev.sinter.merger.contract.Launch;
import dev.sinter.merger.fuse.Fuser;
import dev.sinter.merger.fuse.MemberFindings;
import dev.sinter.merger.fuse.MemberImage;
import dev.sinter.merger.fuse.PairComparison;
import dev.sinter.merger.fuse.Software;
import dev.sinter.merger.fuse.Users;
import dev.sinter.merger.oci.ImageConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;

/** Makes the compatibility report of members whose images are read. */
final class Compatibility {

    private Compatibility() {}

    static CompatibilityReport report(List<MemberImage> members) {
        List<MemberFacts> facts = members.stream().map(Compatibility::facts).toList();
        List<PairReport> pairs = new ArrayList<>();
        Tier tier = Tier.IN_PROCESS;
        for (MemberFacts member : facts) {
            tier = tier.and(member.tier());
        }
        for (int i = 0; i < members.size(); i++) {
            for (int j = i + 1; j < members.size(); j++) {
                PairReport pair = PairComparison.compare(members.get(i), members.get(j));
                tier = tier.and(pair.tier());
                pairs.add(pair);
            }
        }
        return new CompatibilityReport(tier, Fuser.base(members).name(), facts, pairs);
    }

    private static MemberFacts facts(MemberImage member) {
        Launch launch = member.launch();
        ImageConfig config = member.image().config();
        Launch.Python python = launch.python();
        List<Reason> reasons = MemberFindings.of(member);
        Tier tier = Tier.IN_PROCESS;
        for (Reason reason : reasons) {
            tier = tier.and(reason.limit());
        }
        return new MemberFacts(
                member.name(),
                config.digest().value(),
                config.platform().toString(),
                launch.contract(),
                python == null ? null : python.runtime(),
                launch.argv(),
                launch.workingDir(),
                launch.user(),
                Users.identity(member.tree(), launch.user()),
                launch.port(),
                config.exposedPorts(),
                config.volumes(),
                Objects.requireNonNullElse(config.stopSignal(), "SIGTERM"),
                List.copyOf(new TreeSet<>(launch.environment().keySet())),
                Fuser.bytes(member),
                Software.of(member),
                tier,
                reasons);
    }
}
