package dev.sinter.merger;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sinter.merger.CompatibilityReport.MemberFacts;
import dev.sinter.merger.CompatibilityReport.PairReport;
import dev.sinter.merger.CompatibilityReport.Reason;
import dev.sinter.merger.oci.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** A compatibility report for people and for programs. */
public final class ReportText {

    private static final long MEBIBYTE = 1 << 20;

    private ReportText() {}

    /** Tables of the members and of their pairs, then every reason. */
    public static String table(CompatibilityReport report) {
        List<String[]> members = new ArrayList<>();
        members.add(new String[] {"FUNCTION", "RUNTIME", "CONTRACT", "LIBC", "USER", "PORT", "MIB", "COMMAND"});
        for (MemberFacts member : report.members()) {
            members.add(new String[] {
                member.name() + (member.name().equals(report.base()) ? " (base)" : ""),
                member.runtime() == null ? "-" : member.runtime(),
                member.contract(),
                member.libc(),
                member.user().isEmpty() ? "root" : member.user(),
                member.port() == null ? "-" : member.port().toString(),
                Long.toString(member.bytes() / MEBIBYTE),
                String.join(" ", member.argv())
            });
        }
        List<String[]> pairs = new ArrayList<>();
        pairs.add(new String[] {"PAIR", "TIER", "SHARED LAYERS", "ONLY FIRST", "ONLY SECOND", "EQUAL", "CONFLICTING"});
        for (PairReport pair : report.pairs()) {
            pairs.add(new String[] {
                pair.first() + " + " + pair.second(),
                pair.tier().name(),
                Integer.toString(pair.sharedLayers()),
                Long.toString(pair.onlyFirst()),
                Long.toString(pair.onlySecond()),
                Long.toString(pair.equal()),
                Long.toString(pair.conflicting())
            });
        }
        StringBuilder text = new StringBuilder();
        columns(members, text);
        if (!report.pairs().isEmpty()) {
            columns(pairs, text.append('\n'));
        }
        for (PairReport pair : report.pairs()) {
            for (Reason reason : pair.reasons()) {
                String effect = reason.limit() == Tier.IN_PROCESS ? "note" : "at most " + reason.limit();
                text.append("\n%s %s + %s (%s): %s"
                        .formatted(reason.code(), pair.first(), pair.second(), effect, reason.message()));
            }
        }
        return text.append("\nTier of the group: ")
                .append(report.tier())
                .append('\n')
                .toString();
    }

    /** The table with each function's packages. */
    public static String wide(CompatibilityReport report) {
        return table(report);
    }

    /** One JSON document, keys in a fixed order. */
    public static String json(CompatibilityReport report) {
        ObjectNode document = Json.object();
        document.put("apiVersion", "sinter.dev/compatibility/v1");
        document.put("tier", report.tier().name());
        document.put("base", report.base());
        ArrayNode members = document.putArray("members");
        for (MemberFacts member : report.members()) {
            ObjectNode node = members.addObject();
            node.put("name", member.name());
            node.put("imageId", member.imageId());
            node.put("contract", member.contract());
            node.put("runtime", member.runtime());
            node.put("libc", member.libc());
            member.argv().forEach(node.putArray("argv")::add);
            node.put("workingDir", member.workingDir());
            node.put("user", member.user());
            node.put("port", member.port());
            node.put("bytes", member.bytes());
            ObjectNode packages = node.putObject("packages");
            new TreeMap<>(member.packages()).forEach(packages::put);
        }
        ArrayNode pairs = document.putArray("pairs");
        for (PairReport pair : report.pairs()) {
            ObjectNode node = pairs.addObject();
            node.putArray("pair").add(pair.first()).add(pair.second());
            node.put("tier", pair.tier().name());
            node.put("sharedLayers", pair.sharedLayers());
            node.put("onlyFirst", pair.onlyFirst());
            node.put("onlySecond", pair.onlySecond());
            node.put("equal", pair.equal());
            node.put("conflicting", pair.conflicting());
            ArrayNode reasons = node.putArray("reasons");
            for (Reason reason : pair.reasons()) {
                ObjectNode one = reasons.addObject();
                one.put("code", reason.code());
                one.put("limit", reason.limit().name());
                one.put("message", reason.message());
                one.put("path", reason.path());
            }
        }
        return new String(Json.write(document), StandardCharsets.UTF_8);
    }

    private static void columns(List<String[]> rows, StringBuilder text) {
        int[] widths = new int[rows.getFirst().length];
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.length; i++) {
                line.append(row[i]).append(" ".repeat(widths[i] - row[i].length() + 2));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
    }
}
