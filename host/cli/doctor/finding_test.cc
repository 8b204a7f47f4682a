#include "host/cli/doctor/finding.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "host/cli/doctor/identity.h"

namespace doctor = host::doctor;

BOOST_AUTO_TEST_CASE(each_finding_is_a_line_with_its_remedy) {
  const doctor::Findings findings = {doctor::Ok("run_dir", "/s/run"),
                                     doctor::Warn("clock", "drifts", "run chrony"),
                                     doctor::Fail("socket x", "a\x1b[2J\nb", "rm it")};
  BOOST_TEST(doctor::ToText(findings) ==
             "ok    run_dir: /s/run\n"
             "WARN  clock: drifts. Fix: run chrony\n"
             "FAIL  socket x: a?[2J?b. Fix: rm it\n"
             "3 checks, 1 failed, 1 warnings\n");
  BOOST_TEST(doctor::Failed(findings));
  BOOST_TEST(!doctor::Failed({doctor::Warn("clock", "drifts", "run chrony")}));
  const auto json = nlohmann::json::parse(doctor::ToJson(findings));
  BOOST_TEST(json["ok"] == false);
  BOOST_TEST(json["findings"][1]["level"] == "warn");
  BOOST_TEST(json["findings"][2]["fix"] == "rm it");
}

BOOST_AUTO_TEST_CASE(rights_come_from_owner_group_or_others_whichever_fits_first) {
  struct stat file{};
  file.st_uid = 5;
  file.st_gid = 50;
  file.st_mode = 0640;
  const doctor::Identity owner{5, {50}, "owner"};
  const doctor::Identity member{6, {7, 50}, "member"};
  const doctor::Identity other{6, {7}, "other"};
  BOOST_TEST(owner.MayWrite(file));
  BOOST_TEST(member.MayRead(file));
  BOOST_TEST(!member.MayWrite(file));
  BOOST_TEST(!other.MayRead(file));
  file.st_mode = 0066;
  BOOST_TEST(!owner.MayRead(file));  // the owner's bits count for the owner alone
  BOOST_TEST(other.MayWrite(file));
  BOOST_TEST((doctor::Identity{0, {}, "root"}).MayWrite(file));
}

BOOST_AUTO_TEST_CASE(a_process_is_who_the_kernel_says) {
  const auto self = doctor::IdentityOf(getpid());
  BOOST_REQUIRE(self.has_value());
  BOOST_TEST(self->user == geteuid());
  BOOST_TEST(self->groups.contains(getegid()));
  BOOST_TEST(!doctor::IdentityOf("no-such-user-here").has_value());
}
