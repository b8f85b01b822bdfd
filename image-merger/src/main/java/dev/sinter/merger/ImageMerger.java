package dev.sinter.merger;

import dev.sinter.merger.CompatibilityReport.MemberFacts;
import dev.sinter.merger.CompatibilityReport.PairReport;
import dev.sinter.merger.CompatibilityReport.Reason;
import dev.sinter.merger.contract.Launch;
import dev.sinter.merger.fuse.Fuser;
import dev.sinter.merger.fuse.Libc;
import dev.sinter.merger.fuse.MemberImage;
import dev.sinter.merger.fuse.PackageVersions;
import dev.sinter.merger.fuse.PairComparison;
import dev.sinter.merger.oci.Digest;
import dev.sinter.merger.oci.Image;
import dev.sinter.merger.supply.DsseSigner;
import dev.sinter.merger.supply.Provenance;
import dev.sinter.merger.transport.Attachment;
import dev.sinter.merger.transport.BuiltImage;
import dev.sinter.merger.transport.EngineImages;
import dev.sinter.merger.transport.Transports;
import dev.sinter.merger.transport.Workspace;
import dev.sinter.merger.tree.LayerStore;
import dev.sinter.merger.tree.TreeLimits;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Decides what may share a workload and builds the fused image; thread-safe. */
public final class ImageMerger {

    private final MergerSettings settings;
    private final Transports transports;
    private final LayerStore store;
    private final Clock clock;

    /** @param engine {@code null} where only archives, directories and registries are used */
    public ImageMerger(MergerSettings settings, @Nullable EngineImages engine) {
        this(settings, engine, Clock.systemUTC());
    }

    ImageMerger(MergerSettings settings, @Nullable EngineImages engine, Clock clock) {
        this.settings = settings;
        this.transports = new Transports(engine, settings.environment());
        this.store = new LayerStore(settings.cacheDirectory(), TreeLimits.DEFAULT, clock);
        this.clock = clock;
    }

    /**
     * Reads the images and says which tier each pair reaches; writes nothing.
     *
     * @throws MergeException if an image cannot be read or is hostile
     */
    public CompatibilityReport analyse(MergeRequest request, MergeProgress progress) {
        return inWorkspace(workspace -> {
            List<Image> images = open(request, workspace, progress).getFirst();
            return report(new MemberReader(store, progress).read(request.members(), images));
        });
    }

    /**
     * Builds the fused image and hands it to the target, all or nothing. The same request on the same images gives the
     * same digests. Interrupting the calling thread cancels.
     *
     * @param target reference with a transport, as {@link Member#image}
     * @throws MergeException if an image cannot be read, is hostile, or the group only reaches a weaker tier
     */
    public MergeResult merge(MergeRequest request, String target, MergeProgress progress) {
        return inWorkspace(workspace -> {
            Instant start = clock.instant();
            List<List<Image>> platforms = open(request, workspace, progress);
            List<BuiltImage> built = new ArrayList<>();
            List<CompatibilityReport> reports = new ArrayList<>();
            for (List<Image> images : Transports.holdsPlatforms(target) ? platforms : platforms.subList(0, 1)) {
                List<MemberImage> members = new MemberReader(store, progress).read(request.members(), images);
                progress.at("comparing images", 0, 0);
                CompatibilityReport report = report(members);
                requireTier(request, report);
                reports.add(report);
                progress.at("writing layers", 0, 0);
                Tier tier = report.tier().and(request.strongest());
                built.add(new Fuser(store, workspace).fuse(request.group(), tier, members, request.local()));
            }
            progress.at("handing over", 0, 0);
            String manifest = transports.write(
                    built,
                    digest -> attachments(request, target, digest, platforms.getFirst(), built.getFirst()),
                    request.members().stream().map(Member::image).toList(),
                    target,
                    store,
                    workspace);
            store.trim(settings.cacheBytes());
            return new MergeResult(
                    target,
                    built.getFirst().config().digest().value(),
                    manifest,
                    reports.getFirst().tier().and(request.strongest()),
                    reports.getFirst().base(),
                    reports.getFirst(),
                    built.stream().mapToLong(BuiltImage::newBytes).sum(),
                    built.stream().mapToLong(BuiltImage::reusedBytes).sum(),
                    Duration.between(start, clock.instant()));
        });
    }

    private List<Attachment> attachments(
            MergeRequest request, String target, Digest digest, List<Image> images, BuiltImage built) {
        Map<String, Digest> inputs = new TreeMap<>();
        for (int i = 0; i < images.size(); i++) {
            Digest manifest = images.get(i).manifestDigest();
            inputs.put(
                    request.members().get(i).name(),
                    manifest == null ? images.get(i).config().digest() : manifest);
        }
        byte[] statement = Provenance.statement(target, digest, inputs, built.plan());
        DsseSigner signer = settings.signer();
        if (signer == null) {
            return List.of(new Attachment(Provenance.MEDIA_TYPE, Provenance.MEDIA_TYPE, statement, Map.of()));
        }
        return List.of(
                new Attachment(DsseSigner.BUNDLE, DsseSigner.BUNDLE, signer.bundle(statement), Map.of()),
                new Attachment(DsseSigner.BUNDLE, DsseSigner.BUNDLE, signer.sign(digest), Map.of()));
    }

    private List<List<Image>> open(MergeRequest request, Workspace workspace, MergeProgress progress) {
        progress.at("reading images", 0, 0);
        List<String> references = request.members().stream().map(Member::image).toList();
        return PlatformChoice.common(request.members(), transports.open(references, store, workspace));
    }

    private static void requireTier(MergeRequest request, CompatibilityReport report) {
        if (report.tier() == Tier.CO_POD || report.tier().compareTo(request.weakest()) > 0) {
            List<String> why = new ArrayList<>();
            for (PairReport pair : report.pairs()) {
                for (Reason reason : pair.reasons()) {
                    if (reason.limit().compareTo(request.weakest()) > 0 || reason.limit() == Tier.CO_POD) {
                        why.add(pair.first() + "+" + pair.second() + ": " + reason.code() + " " + reason.message());
                    }
                }
            }
            throw new MergeException(
                    MergeProblem.TIER_NOT_REACHED,
                    "tier of " + request.group() + ": " + report.tier() + " (expected: " + request.weakest()
                            + " or stronger). " + String.join("; ", why));
        }
    }

    private static CompatibilityReport report(List<MemberImage> members) {
        List<PairReport> pairs = new ArrayList<>();
        Tier tier = Tier.IN_PROCESS;
        for (int i = 0; i < members.size(); i++) {
            for (int j = i + 1; j < members.size(); j++) {
                PairReport pair = PairComparison.compare(members.get(i), members.get(j));
                tier = tier.and(pair.tier());
                pairs.add(pair);
            }
        }
        List<MemberFacts> facts = members.stream().map(ImageMerger::facts).toList();
        return new CompatibilityReport(tier, Fuser.base(members).name(), facts, pairs);
    }

    private static MemberFacts facts(MemberImage member) {
        Launch launch = member.launch();
        Launch.Python python = launch.python();
        return new MemberFacts(
                member.name(),
                member.image().config().digest().value(),
                launch.contract(),
                python == null ? null : python.runtime(),
                Libc.of(member.tree()),
                launch.argv(),
                launch.workingDir(),
                launch.user(),
                launch.port(),
                Fuser.bytes(member),
                PackageVersions.of(member));
    }

    private interface Work<T> {
        T in(Workspace workspace) throws IOException;
    }

    private <T> T inWorkspace(Work<T> work) {
        try (Workspace workspace = Workspace.in(settings.cacheDirectory().resolve("tmp"))) {
            return work.in(workspace);
        } catch (IOException | MergeException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new MergeException(MergeProblem.CANCELLED, "merge: cancelled, nothing was handed over", e);
            }
            if (e instanceof MergeException refused) {
                throw refused;
            }
            throw new MergeException(MergeProblem.TRANSPORT_FAILED, "merge: " + e.getMessage(), e);
        }
    }
}
