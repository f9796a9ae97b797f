package dev.vitrine.cli;

import dev.vitrine.features.curate.Collected;
import dev.vitrine.features.curate.DuplicateReport;
import dev.vitrine.features.curate.Duplicates;
import dev.vitrine.features.curate.Duplicates.Group;
import dev.vitrine.features.curate.Duplicates.Member;
import dev.vitrine.features.curate.Removal;
import dev.vitrine.features.embed.PictureSource;
import dev.vitrine.features.embed.Pictures;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "dedupe",
    description = {
      "Finds groups of pictures that are nearly the same, and which of each to keep: the one with"
          + " the most pixels.",
      "Files are left alone unless --move-to is given; none is ever deleted."
    })
final class DedupeCommand implements Callable<Integer> {
  @Parameters(
      arity = "1..*",
      paramLabel = "PICTURES",
      description =
          "Pictures, folders, lists (.txt, one path a line) or archives (.tar, .tar.gz, .zip).")
  List<Path> paths;

  @Option(
      names = "--threshold",
      paramLabel = "COSINE",
      defaultValue = "0.95",
      description =
          "From which cosine on pictures are nearly the same (default: ${DEFAULT-VALUE}).")
  double threshold;

  @Option(
      names = "--report",
      paramLabel = "OUT",
      description = "A page (.html) or contact sheet (.png) of the groups to write.")
  Path report;

  @Option(
      names = "--list",
      description = "Print the files that need not be kept alone, one a line.")
  boolean list;

  @Option(
      names = "--move-to",
      paramLabel = "DIR",
      description = "Move the files that need not be kept into this folder.")
  Path target;

  @Mixin CollectionOptions collection;
  @Mixin Output out;

  @Override
  public Integer call() {
    Duplicates.check(threshold);
    if (report != null) {
      DuplicateReport.check(report);
    }
    List<PictureSource> pictures = Pictures.find(paths);
    return collection.with(
        out,
        collect -> {
          Collected all = collect.of(pictures);
          List<Group> groups = Duplicates.find(all, threshold, collection.options());
          List<Member> others = groups.stream().flatMap(g -> g.others().stream()).toList();
          if (report != null) {
            DuplicateReport.write(groups, report, collection.maxPixels());
          }
          List<Path> moved =
              target == null
                  ? List.of()
                  : Removal.move(others.stream().map(Member::item).toList(), paths, target);
          print(all, groups, others, moved);
          return collect.code();
        });
  }

  private void print(Collected all, List<Group> groups, List<Member> others, List<Path> moved) {
    if (list) {
      others.forEach(m -> out.line("%s", m.item().source().name()));
    } else {
      for (Group g : groups) {
        out.line("keep   %9s  %s", size(g.kept()), g.kept().item().source().name());
        for (Member m : g.others()) {
          out.line("%.4f %9s  %s", m.cosine(), size(m), m.item().source().name());
        }
        out.line("");
      }
      out.line(
          "%d pictures: %d groups of near-duplicates, %d pictures besides those to keep",
          all.items().size(), groups.size(), others.size());
      if (!moved.isEmpty()) {
        out.line("moved %d files to %s", moved.size(), target);
      }
      if (report != null) {
        out.line("wrote %s", report);
      }
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("pictures", all.items().size());
    json.put("threshold", threshold);
    json.put("duplicates", others.size());
    List<Map<String, Object>> list = new ArrayList<>();
    for (Group g : groups) {
      List<Map<String, Object>> rest = new ArrayList<>();
      for (Member m : g.others()) {
        rest.add(Map.of("file", m.item().source().name(), "cosine", m.cosine()));
      }
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("keep", g.kept().item().source().name());
      one.put("others", rest);
      list.add(one);
    }
    json.put("groups", list);
    json.put("moved", moved.stream().map(Path::toString).toList());
    out.json(json);
  }

  private static String size(Member m) {
    return m.item().height() + "×" + m.item().width();
  }
}
