package dev.sinter.merger;

import dev.sinter.merger.CompatibilityReport.PairReport;
import dev.sinter.merger.CompatibilityReport.Reason;
import dev.sinter.merger.fuse.Fuser;
import dev.sinter.merger.fuse.MemberImage;
import dev.sinter.merger.oci.Image;
import dev.sinter.merger.supply.SignatureVerifier;
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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
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
            return Compatibility.report(new MemberReader(store, progress).read(request.members(), images));
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
            Statements said = new Statements(transports, settings.signer());
            for (List<Image> images : Transports.holdsPlatforms(target) ? platforms : platforms.subList(0, 1)) {
                MemberReader reader = new MemberReader(store, progress);
                List<MemberImage> members = reader.read(request.members(), images);
                if (reports.isEmpty() && Transports.keepsAttachments(target)) {
                    said.read(members, reader, workspace);
                }
                progress.at("comparing images", 0, 0);
                CompatibilityReport report = Compatibility.report(members);
                requireTier(request, report);
                reports.add(report);
                progress.at("writing layers", 0, 0);
                Tier tier = report.tier().and(request.strongest());
                built.add(new Fuser(store, workspace).fuse(request.group(), tier, members, request.local()));
            }
            progress.at("handing over", 0, 0);
            String manifest = transports.write(
                    built,
                    said.about(request, target, built.getFirst()),
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
                    built.getFirst().loopback(),
                    built.stream().mapToLong(BuiltImage::newBytes).sum(),
                    built.stream().mapToLong(BuiltImage::reusedBytes).sum(),
                    Duration.between(start, clock.instant()));
        });
    }

    private List<List<Image>> open(MergeRequest request, Workspace workspace, MergeProgress progress) {
        progress.at("reading images", 0, 0);
        List<String> references = request.members().stream().map(Member::image).toList();
        List<List<Image>> platforms =
                PlatformChoice.common(request.members(), transports.open(references, store, workspace));
        SignatureVerifier verifier = settings.inputsSignedBy();
        if (verifier != null) {
            progress.at("verifying signatures", 0, 0);
            platforms.forEach(images -> verify(request.members(), images, verifier, workspace));
        }
        return platforms;
    }

    /** Before anything else of an image is looked at. */
    private void verify(List<Member> members, List<Image> images, SignatureVerifier verifier, Workspace workspace) {
        for (int i = 0; i < members.size(); i++) {
            Member member = members.get(i);
            verifier.require(
                    member.name(),
                    transports.attachments(member.image(), images.get(i).manifestDigest(), workspace));
        }
    }

    private static void requireTier(MergeRequest request, CompatibilityReport report) {
        if (report.tier() == Tier.CO_POD || report.tier().compareTo(request.weakest()) > 0) {
            Set<String> why = new LinkedHashSet<>();
            for (PairReport pair : report.pairs()) {
                pair.reasons().stream()
                        .filter(reason -> decides(reason, request))
                        .forEach(reason -> why.add(
                                pair.first() + "+" + pair.second() + ": " + reason.code() + " " + reason.message()));
            }
            if (report.pairs().isEmpty()) {
                report.members()
                        .getFirst()
                        .reasons()
                        .forEach(reason -> why.add(reason.code() + " " + reason.message()));
            }
            throw new MergeException(
                    MergeProblem.TIER_NOT_REACHED,
                    "tier of " + request.group() + ": " + report.tier() + " (expected: " + request.weakest()
                            + " or stronger). " + String.join("; ", why));
        }
    }

    private static boolean decides(Reason reason, MergeRequest request) {
        return reason.limit().compareTo(request.weakest()) > 0 || reason.limit() == Tier.CO_POD;
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
