package dev.sinter.merger.fuse;

import dev.sinter.merger.CompatibilityReport.Reason;
import dev.sinter.merger.ReasonCode;
import dev.sinter.merger.contract.Launch;
import java.util.ArrayList;
import java.util.List;

/** What limits a member whoever it is fused with. */
public final class MemberFindings {

    private MemberFindings() {}

    public static List<Reason> of(MemberImage member) {
        List<Reason> reasons = new ArrayList<>();
        Launch launch = member.launch();
        if (launch.argv().isEmpty()) {
            reasons.add(ReasonCode.NO_COMMAND.because(member.name() + ": its image starts nothing by itself"));
        } else if (!launch.capturable()) {
            Launch.Python python = launch.python();
            String what = python == null || python.isSupported()
                    ? launch.contract()
                    : launch.contract() + " on " + python.runtime() + ", older than the runtime's";
            reasons.add(ReasonCode.NOT_CAPTURABLE.because(member.name() + ": " + what
                    + " cannot be taken over inside an interpreter: " + String.join(" ", launch.argv())));
        }
        if (launch.port() == null) {
            reasons.add(ReasonCode.PORT_UNKNOWN.because(
                    member.name() + ": nothing says where it listens (expected: a port, PORT or EXPOSE)"));
        }
        if (launch.port() != null && PortPlan.isFixed(member) && PortPlan.RESERVED.contains(launch.port())) {
            reasons.add(ReasonCode.PORT_COLLIDES.because(member.name() + ": runs unmodified on port " + launch.port()
                    + ", which the fused workload needs itself (expected: none of " + PortPlan.RESERVED + ")"));
        }
        return List.copyOf(reasons);
    }
}
