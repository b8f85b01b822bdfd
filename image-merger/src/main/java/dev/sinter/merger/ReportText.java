package dev.sinter.merger;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sinter.merger.CompatibilityReport.MemberFacts;
import dev.sinter.merger.CompatibilityReport.PairReport;
import dev.sinter.merger.CompatibilityReport.Reason;
import dev.sinter.merger.CompatibilityReport.VersionDifference;
import dev.sinter.merger.fuse.Software;
import dev.sinter.merger.oci.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A compatibility report for people and for programs. */
public final class ReportText {

    private static final long MEBIBYTE = 1 << 20;

    private ReportText() {}

    /** Tables of the members and of their pairs, then every reason. */
    public static String table(CompatibilityReport report) {
        List<String[]> members = new ArrayList<>();
        members.add(new String[] {"FUNCTION", "TIER", "RUNTIME", "CONTRACT", "LIBC", "USER", "PORT", "MIB", "COMMAND"});
        for (MemberFacts member : report.members()) {
            members.add(new String[] {
                member.name() + (member.name().equals(report.base()) ? " (base)" : ""),
                member.tier().name(),
                orDash(member.runtime()),
                member.contract(),
                member.software().libc(),
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
        reasons(report, text);
        return text.append("\nTier of the group: ")
                .append(report.tier())
                .append('\n')
                .toString();
    }

    /** The same, with what each function has installed and how it is started, and every version that differs. */
    public static String wide(CompatibilityReport report) {
        StringBuilder text = new StringBuilder(table(report));
        for (MemberFacts member : report.members()) {
            Software software = member.software();
            List<String[]> rows = new ArrayList<>();
            rows.add(new String[] {member.name(), member.imageId()});
            rows.add(new String[] {"  platform", member.platform() + ", " + software.distribution()});
            rows.add(new String[] {"  ABI", orDash(software.abi())});
            rows.add(new String[] {"  directory", member.workingDir()});
            rows.add(new String[] {"  user", member.identity()});
            rows.add(new String[] {"  exposes", orDash(String.join(" ", member.exposedPorts()))});
            rows.add(new String[] {"  volumes", orDash(String.join(" ", member.volumes()))});
            rows.add(new String[] {"  stopped by", member.stopSignal()});
            rows.add(new String[] {"  environment", orDash(String.join(" ", member.environment()))});
            rows.add(new String[] {"  packages", orDash(versions(software.packages()))});
            rows.add(new String[] {"  with native code", orDash(String.join(", ", software.nativePackages()))});
            rows.add(new String[] {
                "  of the distribution", software.systemPackages().size() + " packages"
            });
            columns(rows, text.append('\n'));
        }
        List<String[]> different = new ArrayList<>();
        different.add(new String[] {"PAIR", "PACKAGE", "FIRST", "SECOND"});
        for (PairReport pair : report.pairs()) {
            for (VersionDifference one : pair.packages()) {
                different.add(
                        new String[] {pair.first() + " + " + pair.second(), one.name(), one.first(), one.second()});
            }
        }
        if (different.size() > 1) {
            columns(different, text.append('\n'));
        }
        return text.toString();
    }

    private static void reasons(CompatibilityReport report, StringBuilder text) {
        List<Reason> own = new ArrayList<>();
        for (MemberFacts member : report.members()) {
            for (Reason reason : member.reasons()) {
                own.add(reason);
                line(reason, member.name(), text);
            }
        }
        for (PairReport pair : report.pairs()) {
            for (Reason reason : pair.reasons()) {
                if (!own.contains(reason)) {
                    line(reason, pair.first() + " + " + pair.second(), text);
                }
            }
        }
    }

    private static void line(Reason reason, String about, StringBuilder text) {
        String effect = reason.limit() == Tier.IN_PROCESS ? "note" : "at most " + reason.limit();
        text.append("\n%s %s (%s): %s".formatted(reason.code(), about, effect, reason.message()));
    }

    private static String versions(Map<String, String> packages) {
        List<String> versions = new ArrayList<>();
        new TreeMap<>(packages).forEach((name, version) -> versions.add(name + " " + version));
        return String.join(", ", versions);
    }

    private static String orDash(@Nullable String text) {
        return text == null || text.isEmpty() ? "-" : text;
    }

    /** One JSON document, keys in a fixed order. */
    public static String json(CompatibilityReport report) {
        ObjectNode document = Json.object();
        document.put("apiVersion", "sinter.dev/compatibility/v1");
        document.put("tier", report.tier().name());
        document.put("base", report.base());
        ArrayNode members = document.putArray("members");
        report.members().forEach(member -> members.add(json(member)));
        ArrayNode pairs = document.putArray("pairs");
        report.pairs().forEach(pair -> pairs.add(json(pair)));
        return new String(Json.write(document), StandardCharsets.UTF_8);
    }

    private static ObjectNode json(MemberFacts member) {
        ObjectNode node = Json.object();
        node.put("name", member.name());
        node.put("imageId", member.imageId());
        node.put("platform", member.platform());
        node.put("tier", member.tier().name());
        node.put("contract", member.contract());
        node.put("runtime", member.runtime());
        node.put("abi", member.software().abi());
        node.put("libc", member.software().libc());
        node.put("distribution", member.software().distribution());
        texts(node, "argv", member.argv());
        node.put("workingDir", member.workingDir());
        node.put("user", member.user());
        node.put("identity", member.identity());
        node.put("port", member.port());
        texts(node, "exposedPorts", member.exposedPorts());
        texts(node, "volumes", member.volumes());
        node.put("stopSignal", member.stopSignal());
        texts(node, "environment", member.environment());
        node.put("bytes", member.bytes());
        ObjectNode packages = node.putObject("packages");
        new TreeMap<>(member.packages()).forEach(packages::put);
        texts(node, "nativePackages", member.software().nativePackages());
        ObjectNode system = node.putObject("systemPackages");
        new TreeMap<>(member.software().systemPackages()).forEach(system::put);
        reasons(node, member.reasons());
        return node;
    }

    private static ObjectNode json(PairReport pair) {
        ObjectNode node = Json.object();
        node.putArray("pair").add(pair.first()).add(pair.second());
        node.put("tier", pair.tier().name());
        node.put("sharedLayers", pair.sharedLayers());
        node.put("onlyFirst", pair.onlyFirst());
        node.put("onlySecond", pair.onlySecond());
        node.put("equal", pair.equal());
        node.put("conflicting", pair.conflicting());
        texts(node, "environment", pair.environment());
        ArrayNode packages = node.putArray("packages");
        for (VersionDifference difference : pair.packages()) {
            packages.addObject()
                    .put("kind", difference.kind().name())
                    .put("name", difference.name())
                    .put("first", difference.first())
                    .put("second", difference.second());
        }
        reasons(node, pair.reasons());
        return node;
    }

    private static void reasons(ObjectNode node, List<Reason> reasons) {
        ArrayNode list = node.putArray("reasons");
        for (Reason reason : reasons) {
            list.addObject()
                    .put("code", reason.code())
                    .put("limit", reason.limit().name())
                    .put("message", reason.message())
                    .put("path", reason.path());
        }
    }

    private static void texts(ObjectNode node, String key, List<String> texts) {
        texts.forEach(node.putArray(key)::add);
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
