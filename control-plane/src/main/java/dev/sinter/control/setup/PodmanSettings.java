package dev.sinter.control.setup;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * What a Podman service of our own is started with beyond its defaults.
 *
 * @param runtime OCI runtime; null is Podman's choice
 * @param limited whether containers get this process's own limits instead of Podman's high ones, which a process
 *     without CAP_SYS_RESOURCE may not give
 */
record PodmanSettings(@Nullable String runtime, boolean limited) {

    /** A file of its own for CONTAINERS_CONF: the user's configuration is neither read nor touched. */
    String containersConf(long openFilesLimit, long processesLimit) {
        StringBuilder conf = new StringBuilder("# Written by sinter setup for its own Podman service.\n[containers]\n");
        if (limited) {
            conf.append("default_ulimits = [\"nofile=%d:%d\", \"nproc=%d:%d\"]\n"
                    .formatted(openFilesLimit, openFilesLimit, processesLimit, processesLimit));
        }
        conf.append("[engine]\ncgroup_manager = \"cgroupfs\"\nevents_logger = \"file\"\n");
        if (runtime != null) {
            conf.append("runtime = \"").append(runtime).append("\"\n");
        }
        return conf.toString();
    }

    /** All combinations worth trying, the likeliest for this machine first. */
    static List<PodmanSettings> candidates(Machine machine, @Nullable Path runc) {
        String likelyRuntime = runc != null && !machine.pureCgroup2() ? "runc" : null;
        SequencedSet<PodmanSettings> candidateSet = new LinkedHashSet<>();
        candidateSet.add(new PodmanSettings(likelyRuntime, !machine.mayRaiseLimits()));
        candidateSet.add(new PodmanSettings(null, false));
        candidateSet.add(new PodmanSettings(null, true));
        if (runc != null) {
            candidateSet.add(new PodmanSettings("runc", false));
            candidateSet.add(new PodmanSettings("runc", true));
        }
        return new ArrayList<>(candidateSet);
    }

    @Override
    public String toString() {
        return "runtime " + (runtime == null ? "as Podman chooses" : runtime) + ", limits "
                + (limited ? "of this process" : "as Podman chooses");
    }
}
