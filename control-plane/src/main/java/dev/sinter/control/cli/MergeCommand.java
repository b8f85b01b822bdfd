package dev.sinter.control.cli;

import dev.sinter.merger.CompatibilityReport;
import dev.sinter.merger.ImageMerger;
import dev.sinter.merger.Member;
import dev.sinter.merger.MergeException;
import dev.sinter.merger.MergeProblem;
import dev.sinter.merger.MergeProgress;
import dev.sinter.merger.MergeRequest;
import dev.sinter.merger.MergerSettings;
import dev.sinter.merger.Tier;
import dev.sinter.merger.supply.DsseSigner;
import dev.sinter.merger.supply.SignatureVerifier;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "merge",
        description = {
            "Merges the images of several functions into one that serves them all, or says why it cannot.",
            "An IMAGE or TARGET is NAME or docker-daemon:NAME (container engine), oci:DIR[:TAG],"
                    + " oci-archive:FILE[:TAG], docker-archive:FILE[:NAME] or docker://HOST/REPOSITORY[:TAG] (registry)."
        },
        mixinStandardHelpOptions = true)
final class MergeCommand implements Runnable {

    @Parameters(
            paramLabel = "NAME[=IMAGE]",
            arity = "0..*",
            description = "Functions and their images; with --file names of services (default: all).")
    private List<String> functions = List.of();

    @Option(
            names = {"-f", "--file"},
            description = "Compose file that says how the functions are built and started.")
    private @Nullable Path file;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "TARGET",
            description = "Where the fused image goes.")
    private @Nullable String target;

    @Option(names = "--dry-run", description = "Only compares, and prints the compatibility report.")
    private boolean dryRun;

    @Option(names = "--report", description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    private OutputFormat format = OutputFormat.TABLE;

    @Option(
            names = "--tier",
            description =
                    "IN_PROCESS, FORKED or CO_PROCESS: builds this tier, or fails where the functions only reach a"
                            + " weaker one (default: the strongest they reach).")
    private @Nullable Tier tier;

    @Option(
            names = "--local",
            paramLabel = "CALLER,CALLEE",
            description = "Calls that stay inside; repeatable (default: all calls between the functions).")
    private List<String> local = List.of();

    @Option(names = "--group", description = "Name of the fusion group (default: the functions' names with dashes).")
    private @Nullable String group;

    @Option(
            names = "--port",
            paramLabel = "NAME=PORT",
            description = "Where a function listens, if its image does not tell.")
    private Map<String, Integer> ports = new HashMap<>();

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description =
                    "Signs what is written to oci:, oci-archive: and docker:// with this EC P-256 key (PKCS#8 PEM).")
    private @Nullable Path key;

    @Option(
            names = "--verify-key",
            paramLabel = "FILE",
            description = "Takes only images that this key signed (EC P-256 public key in PEM, such as cosign.pub).")
    private @Nullable Path verifyKey;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        try (MergeInputs inputs = new MergeInputs(this::say)) {
            ImageMerger merger = new ImageMerger(settings(), inputs.engine());
            MergeRequest request = request(inputs);
            MergeOutput output = new MergeOutput(spec.commandLine().getOut(), format);
            if (dryRun) {
                CompatibilityReport report = merger.analyse(request, progress());
                output.print(report);
                requireTier(report);
            } else {
                output.print(merger.merge(request, requiredTarget(), progress()));
            }
        } catch (MergeException e) {
            if (e.problem() == MergeProblem.BAD_REQUEST) {
                throw usage(String.valueOf(e.getMessage()));
            }
            throw e;
        }
    }

    private MergeRequest request(MergeInputs inputs) {
        if (tier == Tier.CO_POD) {
            throw usage(
                    "SNT0115 --tier: CO_POD (expected: IN_PROCESS, FORKED or CO_PROCESS). Containers of one pod stay"
                            + " as they are: nothing is merged");
        }
        if (file == null && functions.isEmpty()) {
            throw usage("SNT0115 functions: none (expected: NAME=IMAGE …, or --file and names of its services)");
        }
        List<Member> members = file == null
                ? functions.stream().map(function -> named(function, inputs)).toList()
                : inputs.ofCompose(file, functions, ports);
        String name = group == null ? members.stream().map(Member::name).collect(Collectors.joining("-")) : group;
        Tier weakest = tier != null ? tier : dryRun ? Tier.CO_POD : Tier.CO_PROCESS;
        return new MergeRequest(
                name, members, MergeInputs.localPairs(local, members), weakest, tier == null ? Tier.IN_PROCESS : tier);
    }

    private Member named(String function, MergeInputs inputs) {
        int equals = function.indexOf('=');
        if (equals <= 0) {
            throw usage("SNT0115 function: " + function + " (expected: NAME=IMAGE). Maybe name the Compose file with"
                    + " --file");
        }
        String name = function.substring(0, equals);
        return inputs.ofImage(name, function.substring(equals + 1), ports.get(name));
    }

    private String requiredTarget() {
        if (target == null) {
            throw usage("SNT0115 --output: missing (expected: oci:DIR, oci-archive:FILE, docker-archive:FILE,"
                    + " docker-daemon:NAME or docker://NAME). Maybe --dry-run, to see only the report");
        }
        return target;
    }

    private void requireTier(CompatibilityReport report) {
        if (tier != null && report.tier().compareTo(tier) > 0) {
            throw new CommandException(
                    "SNT0117", "tier: " + report.tier() + " (expected: " + tier + "). The report names the reasons");
        }
    }

    private MergerSettings settings() {
        MergerSettings settings = MergerSettings.in(MergeInputs.cache(System.getenv()));
        if (verifyKey != null) {
            settings = settings.onlyInputsSignedBy(SignatureVerifier.of(text(verifyKey)));
        }
        return key == null ? settings : settings.signedBy(DsseSigner.of(text(key)));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new CommandException(
                    "SNT0116", "key: " + file + " cannot be read (" + e.getMessage() + ") (expected: a PEM file)");
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** One line a step: what comes in between matters to nobody who reads a log. */
    private MergeProgress progress() {
        String[] last = {""};
        return (step, done, total) -> {
            if (!step.equals(last[0])) {
                last[0] = step;
                say(step);
            }
        };
    }

    private void say(String line) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(line);
        err.flush();
    }
}
