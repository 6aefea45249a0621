#include "servicetags/flow_log.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>

#include "support/make_snapshot.hpp"

using namespace servicetags;
using servicetags::testing::address;

namespace {

FlowLog parsed(const std::string& text) { return parse_flow_log(text).value(); }

Error refused(const std::string& text) {
  auto log = parse_flow_log(text);
  REQUIRE_FALSE(log);
  return log.error();
}

LoggedFlow flow(Direction direction, const char* remote, std::uint16_t port,
                Protocol protocol = Protocol::tcp, bool denied = false) {
  return {address(remote), direction, protocol, port, denied};
}

std::string group_log(const std::string& tuples) {
  return R"({"records":[{"time":"2026-01-01T00:00:00Z","category":"NetworkSecurityGroupFlowEvent",)"
         R"("properties":{"Version":2,"flows":[{"rule":"DefaultRule_AllowInternetOutBound",)"
         R"("flows":[{"mac":"00AA","flowTuples":[)" +
         tuples + "]}]}]}}]}";
}

std::string network_log(const std::string& tuples) {
  return R"({"records":[{"flowLogVersion":4,"flowRecords":{"flows":[{"aclID":"0","flowGroups":)"
         R"([{"rule":"R","flowTuples":[)" +
         tuples + "]}]}]}}]}";
}

}  // namespace

TEST_CASE("a network security group's log of version 1 and 2 is read") {
  const FlowLog log = parsed(group_log(R"("1700000000,10.0.0.4,192.0.2.7,50000,443,T,O,A",)"
                                       R"("1700000001,192.0.2.8,10.0.0.4,50000,22,T,I,D,B,,,,",)"
                                       R"("1700000002,10.0.0.4,192.0.2.9,5,123,U,O,A,E,1,2,3,4")"));
  REQUIRE(log.flows.size() == 3);
  CHECK(log.flows[0] == flow(Direction::outbound, "192.0.2.7", 443));
  CHECK(log.flows[1] == flow(Direction::inbound, "192.0.2.8", 22, Protocol::tcp, true));
  CHECK(log.flows[2] == flow(Direction::outbound, "192.0.2.9", 123, Protocol::udp));
  CHECK(log.left_out == 0);
}

TEST_CASE("a virtual network's log of version 4 is read, its denied flows by their state") {
  const FlowLog log =
      parsed(network_log(R"("1700000000000,10.0.0.4,192.0.2.7,50000,443,6,O,B,NX,0,0,0,0",)"
                         R"("1700000000000,10.0.0.4,192.0.2.7,50000,443,6,O,D,NX,0,0,0,0",)"
                         R"("1700000000000,2001:db8::1,fd00::4,50000,53,17,I,C,X,0,0,0,0",)"
                         R"("1700000000000,10.0.0.4,192.0.2.7,0,0,1,O,B,NX,0,0,0,0")"));
  REQUIRE(log.flows.size() == 3);
  CHECK(log.flows[0] == flow(Direction::outbound, "192.0.2.7", 443));
  CHECK(log.flows[1] == flow(Direction::outbound, "192.0.2.7", 443, Protocol::tcp, true));
  CHECK(log.flows[2] == flow(Direction::inbound, "2001:db8::1", 53, Protocol::udp));
  CHECK(log.left_out == 1);
}

TEST_CASE("a log without flows is a log, JSON without tuples is none") {
  CHECK(parsed(group_log("")).flows.empty());
  CHECK(refused(R"({"values":[]})").code == Errc::unexpected_shape);
  CHECK(refused("[]").code == Errc::unexpected_shape);
}

TEST_CASE("a tuple that cannot be read is told with its place") {
  struct Case {
    const char* tuple;
    Errc code;
  };
  const Case cases[] = {
      {R"("1,10.0.0.4,192.0.2.7,1,443,T,O")", Errc::unexpected_shape},
      {R"("")", Errc::unexpected_shape},
      {R"("1,10.0.0.4,example.com,1,443,T,O,A")", Errc::invalid_address},
      {R"("1,10.0.0.4,192.0.2.007,1,443,T,O,A")", Errc::invalid_address},
      {R"("1,10.0.0.4,192.0.2.7,1,65536,T,O,A")", Errc::invalid_argument},
      {R"("1,10.0.0.4,192.0.2.7,1,-1,T,O,A")", Errc::invalid_argument},
      {R"("1,10.0.0.4,192.0.2.7,1,443,T,X,A")", Errc::invalid_argument},
      {R"("1,10.0.0.4,192.0.2.7,1,443,T,O,Q")", Errc::invalid_argument},
      {"7", Errc::unexpected_shape},
  };
  for (const Case& c : cases) {
    CAPTURE(c.tuple);
    const Error error =
        refused(group_log(std::string(R"("1,10.0.0.4,192.0.2.7,1,443,T,O,A",)") + c.tuple));
    CHECK(error.code == c.code);
    CHECK(error.where == "#/records/0/properties/flows/0/flows/0/flowTuples/1");
    CHECK(error.offset.has_value());
  }
  CHECK(refused(R"({"records":[)").code == Errc::malformed_json);
}

TEST_CASE("CSV is read by the names of its columns, in any order and case") {
  const FlowLog log = parsed(
      "Time,Src_IP,Dest IP,Dest-Port,Protocol,Flow Direction,Decision\r\n"
      "1,10.0.0.4,192.0.2.7,443,tcp,Outbound,allow\r\n"
      "\r\n"
      "2,\"192.0.2.8\",10.0.0.4,22,T,Inbound,\"Deny\"\r\n"
      "3,10.0.0.4,2001:db8::7,53,UDP,egress,Accepted\r\n"
      "4,10.0.0.4,192.0.2.7,0,icmp,egress,Accepted");
  REQUIRE(log.flows.size() == 3);
  CHECK(log.flows[0] == flow(Direction::outbound, "192.0.2.7", 443));
  CHECK(log.flows[1] == flow(Direction::inbound, "192.0.2.8", 22, Protocol::tcp, true));
  CHECK(log.flows[2] == flow(Direction::outbound, "2001:db8::7", 53, Protocol::udp));
  CHECK(log.left_out == 1);
}

TEST_CASE("CSV of destination and port alone is a list of outbound TCP flows") {
  const FlowLog log = parsed(
      "\xEF\xBB\xBF"
      "destination,port\n192.0.2.7,443\n");
  REQUIRE(log.flows.size() == 1);
  CHECK(log.flows[0] == flow(Direction::outbound, "192.0.2.7", 443));
}

TEST_CASE("a line of CSV that cannot be read is told with its number") {
  CHECK(refused("destination,port\n192.0.2.7,443\n192.0.2.7,https\n").where == "line 3");
  CHECK(refused("destination,port\n192.0.2.7,443\n192.0.2.7\n").where == "line 3");
  // A quoted line break is inside a record: the next record begins two lines on.
  CHECK(refused("destination,port,note\n192.0.2.7,443,\"a\nb\"\nnone,443,\n").where == "line 4");
  CHECK(refused("destination,port,direction\n192.0.2.7,443,inbound\n").code ==
        Errc::invalid_address);  // without a source
}

TEST_CASE("text that is no log is refused, with what would be one") {
  for (const char* text :
       {"", "\n\n", "192.0.2.7 443\n", "address,port\n192.0.2.7,443\n", ",,,\n192.0.2.7,443\n"}) {
    CAPTURE(text);
    const Error error = refused(text);
    CHECK(error.code == Errc::unexpected_shape);
    CHECK(error.message.find("'destination'") != std::string::npos);
  }
}

TEST_CASE("random flows come back from each form as they were written") {
  std::mt19937 random(20261123);
  std::size_t checked = 0;
  for (int round = 0; round < 200; ++round) {
    std::vector<LoggedFlow> flows;
    std::string group;
    std::string network;
    std::string csv = "action,direction,protocol,port,destination,source\n";
    for (std::size_t n = random() % 20; n > 0; --n) {
      const LoggedFlow one{Address::from_v4(static_cast<std::uint32_t>(random())),
                           random() % 2 == 0 ? Direction::inbound : Direction::outbound,
                           random() % 2 == 0 ? Protocol::tcp : Protocol::udp,
                           static_cast<std::uint16_t>(random()), random() % 2 == 0};
      flows.push_back(one);
      const bool in = one.direction == Direction::inbound;
      const std::string far = to_string(one.remote);
      const std::string ends = in ? far + ",10.0.0.4," : "10.0.0.4," + far + ",";
      const std::string port = std::to_string(one.port);
      const bool tcp = one.protocol == Protocol::tcp;
      group += std::string(group.empty() ? "" : ",") + "\"1," + ends + "9," + port +
               (tcp ? ",T," : ",U,") + (in ? "I," : "O,") + (one.denied ? "D" : "A") + ",B,,,,\"";
      network += std::string(network.empty() ? "" : ",") + "\"1," + ends + "9," + port +
                 (tcp ? ",6," : ",17,") + (in ? "I," : "O,") + (one.denied ? "D" : "E") + ",NX\"";
      csv += std::string(one.denied ? "DROP," : "allow,") + (in ? "in," : "out,") +
             (tcp ? "TCP," : "17,") + port + "," + (in ? "10.0.0.4" : far) + "," +
             (in ? far : "10.0.0.4") + "\n";
    }
    CHECK(parsed(group_log(group)).flows == flows);
    CHECK(parsed(network_log(network)).flows == flows);
    CHECK(parsed(csv).flows == flows);
    checked += flows.size();
  }
  CHECK(checked > 1'000);
}
